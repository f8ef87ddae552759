"""The media company: its people and its music, and who listened, who played, who was paid.

One seed makes all of it. The company knows what no data product says, which is who stands behind an
account or an e-mail address, so that an answer across products can be held against what happened.
All times are UTC.
"""

import hashlib
import random
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

SEED = 20260201
FIRST, LAST = datetime(2026, 1, 29), datetime(2026, 3, 4)  # noqa: DTZ001 - naive, and UTC
COUNTED_SECONDS = 30
"""A play shorter than this earns nothing."""
RATES = {"free": Decimal("0.0018"), "premium": Decimal("0.0042")}
"""What one play earns, in euro, by the subscription of whoever plays it."""

PEOPLE = {
    "SE": (
        "Astrid Erik Linnea Oskar Saga Nils Ebba Axel Freja Gustav Åsa Göran",
        "Lindqvist Berg Sjöberg Nyström Ek Dahl Hedlund Åkesson Forsberg Wallin",
    ),
    "DE": (
        "Lena Jonas Mia Felix Clara Moritz Greta Emil Jürgen Käthe Anton Ida",
        "Vogel Brandt Krüger Seidel Winter Albrecht Böhm Kuhn Hartmann Lorenz",
    ),
    "FR": (
        "Camille Hugo Léa Louis Chloé Jules Zoé Adrien Élodie Rémi Manon Gaspard",
        "Moreau Lefèvre Girard Roussel Blanc Fontaine Mercier Chevalier Picard Renaud",
    ),
    "FI": ("Aino Eero Helmi Onni Veera Toivo", "Korhonen Laine Mäkinen Niemi Salo Virta"),
    "ES": ("Lucía Mateo Alba Diego Inés Pablo", "Navarro Ortega Prieto Rubio Serrano Vidal"),
}
COUNTRIES, WEIGHTS = ("SE", "DE", "FR", "FI", "ES"), (32, 26, 20, 12, 10)
PODCASTS = {
    "Harbour Lights": "en",
    "Kvällens Kapitel": "sv",
    "Der Lange Atem": "de",
    "Sous les Toits": "fr",
    "Salt and Signal": "en",
    "Norrut": "sv",
    "Kiez und Klang": "de",
    "La Mauvaise Herbe": "fr",
    "Night Train Atlas": "en",
    "Tystnadens Hus": "sv",
}
OPENINGS = "Letter Winter Bridge Orchard Signal Paper Copper Island Garden Second Northern Quiet"
ENDINGS = "Season Machine River Ghost Market Hour Choir Map Window Mirror Engine Road"


@dataclass(frozen=True, slots=True)
class User:
    """A person who holds an account with the company."""

    user_id: str
    name: str
    email: str
    birth_date: date
    country: str
    subscription: str
    registered_on: date


@dataclass(frozen=True, slots=True)
class Key:
    """What a domain knows a person by.

    Args:
        value: the account URI, or the e-mail address.
        user: whose it is; None where that is not known to anyone.
        since: the day from which it is tied to the user.
        mapped: whether the users domain knows the tie, so that its crosswalk has a row for it.
    """

    value: str
    user: User | None
    since: date
    mapped: bool


@dataclass(frozen=True, slots=True)
class Artist:
    """Somebody whom the company pays."""

    artist_id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Track:
    """A recording by an artist, who may feature another."""

    isrc: str
    title: str
    artist_id: str
    featured_id: str
    released_on: date
    seconds: int

    def shares(self) -> list[tuple[str, Decimal]]:
        """Who earns which part of what a play of this track earns."""
        if not self.featured_id:
            return [(self.artist_id, Decimal(1))]
        return [(self.artist_id, Decimal("0.7")), (self.featured_id, Decimal("0.3"))]


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a podcast, released or still a draft."""

    episode_id: str
    podcast_id: str
    podcast: str
    title: str
    host: str
    language: str
    seconds: int
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """A listen to an episode, or a play of a track."""

    event_id: str
    key: Key
    what: str
    at: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What one user did in a period, as far as the users domain knows their keys.

    The names are those of the measures that the data products declare.
    """

    PodcastListens: int
    PodcastsListened: int
    SecondsListened: int
    StreamsPlayed: int
    TracksPlayed: int
    SecondsPlayed: int
    ArtistPayments: Decimal
    ArtistsPaid: int


@dataclass(frozen=True, slots=True)
class Payment:
    """What one artist is paid for one play."""

    payment_id: str
    play: Event
    artist_id: str
    amount: Decimal


class Company:
    """Everything there is and everything that happened, drawn from one seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.dice = random.Random(seed)
        self.users = [self._user(number) for number in range(480)]
        self.accounts = list(self._accounts())
        self.mailboxes = list(self._mailboxes())
        self.artists = [self._artist(number) for number in range(1, 41)]
        self.tracks = [self._track(number) for number in range(1, 161)]
        self.episodes = list(self._episodes())
        released = {
            e.episode_id: (e.released_at, e.seconds) for e in self.episodes if e.released_at
        }
        self.listens = self._events("LI", self.mailboxes, released, mean=8)
        playable = {track.isrc: (FIRST, track.seconds) for track in self.tracks}
        self.plays = self._events("PL", self.accounts, playable, mean=11)
        self.payments = list(self._payments())

    def _name(self, country: str) -> str:
        given, family = PEOPLE[country]
        return f"{self.dice.choice(given.split())} {self.dice.choice(family.split())}"

    def _title(self) -> str:
        return f"{self.dice.choice(OPENINGS.split())} {self.dice.choice(ENDINGS.split())}"

    def _user(self, number: int) -> User:
        country = self.dice.choices(COUNTRIES, WEIGHTS)[0]
        name = self._name(country)
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        return User(
            str(uuid.UUID(int=self.dice.getrandbits(128), version=4)),
            name,
            f"{plain.lower().replace(' ', '.')}.{number:03d}@mail.example",
            date(1948, 1, 1) + timedelta(days=self.dice.randrange(60 * 365)),
            country,
            self.dice.choices(("free", "premium"), (55, 45))[0],
            date(2019, 1, 1) + timedelta(days=self.dice.randrange(2550)),
        )

    def _accounts(self) -> Iterator[Key]:
        """Most users have one streaming account, some two or none; some accounts are unlinked."""
        for user in self.users:
            for _ in range(self.dice.choices((0, 1, 2), (12, 79, 9))[0]):
                yield self._account(user)
        for _ in range(15):
            yield self._account(None)

    def _account(self, user: User | None) -> Key:
        code = "".join(self.dice.choices("abcdefghjkmnpqrstuvwxyz23456789", k=10))
        since = user.registered_on if user else FIRST.date()
        return Key(f"https://accounts.media.example/u/{code}", user, since, user is not None)

    def _mailboxes(self) -> Iterator[Key]:
        """The podcast apps ask for an address; one that is not verified is tied to nobody."""
        for user in self.users:
            yield Key(user.email, user, user.registered_on, self.dice.random() < 0.93)
            if self.dice.random() < 0.06:
                second = user.email.replace("@mail.", "@post.")
                yield Key(second, user, user.registered_on, mapped=True)
        for number in range(20):
            yield Key(f"guest.{number:02d}@post.example", None, FIRST.date(), mapped=False)

    def _artist(self, number: int) -> Artist:
        name = f"{OPENINGS.split()[number % 12]} {ENDINGS.split()[number * 7 % 12]}"
        return Artist(f"AR-{number:06d}", name, self.dice.choice(COUNTRIES))

    def _track(self, number: int) -> Track:
        main, other = self.dice.sample([artist.artist_id for artist in self.artists], 2)
        return Track(
            f"ZZM0{1 + number % 4}{20 + number % 6}{number:05d}",
            self._title(),
            main,
            other if self.dice.random() < 0.2 else "",
            date(2020 + number % 6, 1 + number % 12, 1 + number % 28),
            self.dice.randrange(120, 360),
        )

    def _episodes(self) -> Iterator[Episode]:
        """Nine episodes of each podcast, two weeks apart; the last of every other is a draft."""
        for index, (podcast, language) in enumerate(PODCASTS.items(), start=1):
            host = self._name(self.dice.choice(COUNTRIES))
            first = datetime(2025, 10, 20, 4 + index % 3) + timedelta(days=index)  # noqa: DTZ001
            for number in range(1, 10):
                draft = number == 9 and index % 2 == 1
                yield Episode(
                    f"EP-{index:02d}{number:03d}",
                    f"PC-{index:04d}",
                    podcast,
                    f"{number}. {self._title()}",
                    host,
                    language,
                    self.dice.randrange(900, 3600),
                    None if draft else first + timedelta(days=14 * (number - 1)),
                )

    def _events(
        self, prefix: str, keys: list[Key], offers: dict[str, tuple[datetime, int]], *, mean: int
    ) -> list[Event]:
        """What was done with `offers` (since when, how long); a fifth of the keys did nothing."""
        drawn = []
        window = int((LAST - FIRST).total_seconds())
        for key in keys:
            count = 0 if self.dice.random() < 0.2 else 1 + int(self.dice.expovariate(1 / mean))
            for what in self.dice.choices(list(offers), k=count):
                since, length = offers[what]
                at = FIRST + timedelta(seconds=self.dice.randrange(window))
                seconds = self.dice.randrange(5, length)
                if at >= since:
                    drawn.append((at, key.value, what, seconds, key))
        drawn.sort(key=lambda event: event[:3])
        return [
            Event(f"{prefix}-{number:06d}", key, what, at, seconds)
            for number, (at, _, what, seconds, key) in enumerate(drawn, start=1)
        ]

    def _payments(self) -> Iterator[Payment]:
        """One payment to each artist on a track, for each play that was long enough to count."""
        tracks = {track.isrc: track for track in self.tracks}
        number = 0
        for play in self.plays:
            if play.seconds < COUNTED_SECONDS:
                continue
            rate = RATES[play.key.user.subscription if play.key.user else "free"]
            for artist, share in tracks[play.what].shares():
                number += 1
                amount = (rate * share).quantize(Decimal("0.0001"))
                yield Payment(f"PY-{number:06d}", play, artist, amount)

    def figures(self, start: datetime, end: datetime) -> dict[str, Figures]:
        """The right answer for every user, from what happened from `start` until before `end`.

        No key is joined for it: an event knows who stands behind it. What a key did that no
        crosswalk leads from is left out, since nobody could attribute it.
        """

        def known(event: Event) -> bool:
            return event.key.mapped and start <= event.at < end

        podcasts = {episode.episode_id: episode.podcast_id for episode in self.episodes}
        found = {}
        for user in self.users:
            listens = [e for e in self.listens if e.key.user == user and known(e)]
            plays = [e for e in self.plays if e.key.user == user and known(e)]
            paid = [p for p in self.payments if p.play.key.user == user and known(p.play)]
            found[user.user_id] = Figures(
                len(listens),
                len({podcasts[e.what] for e in listens}),
                sum(e.seconds for e in listens),
                len(plays),
                len({e.what for e in plays}),
                sum(e.seconds for e in plays),
                sum((p.amount for p in paid), Decimal(0)),
                len({p.artist_id for p in paid}),
            )
        return found


def typed_address(listen: Event) -> str:
    """The address as the listener typed it: now and then it begins with a capital."""
    address = listen.key.value
    return address.capitalize() if int(listen.event_id[3:]) % 6 == 0 else address


def email_sha256(address: str) -> str:
    """The SHA-256 of an address in which the 26 letters of ASCII were folded to lower case."""
    folded = "".join(c.lower() if c.isascii() else c for c in address.strip())
    return hashlib.sha256(folded.encode()).hexdigest()
