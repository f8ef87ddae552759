"""Writes the data files of the media mesh, the same rows every time.

`python make_data.py [FOLDER]` writes below FOLDER, by default the folder of this script. It needs
`duckdb`, which writes the Parquet files. The files of the podcasts products are not written here:
they come out of that team's dbt project (`podcasts/dbt/build.sh`), which reads what is.
"""

import csv
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from company import Company, Key, email_sha256, typed_address

TEXT, DAY, TIME, WHOLE = "VARCHAR", "DATE", "TIMESTAMP", "INTEGER"


@dataclass(frozen=True, slots=True)
class Table:
    """One data file.

    Args:
        file: its path below the mesh; CSV or Parquet by its ending.
        columns: name and DuckDB type of each column.
        rows: the values, in the order of the columns.
    """

    file: str
    columns: dict[str, str]
    rows: Sequence[tuple[object, ...]]


def tables(company: Company) -> list[Table]:
    """Every file that the operational systems and the pipelines outside dbt leave behind."""
    return [*_users(company), *_podcasts(company), *_streaming(company), *_artists(company)]


def _users(company: Company) -> list[Table]:
    return [
        Table(
            "users/data/profiles.parquet",
            {
                "user_id": TEXT,
                "display_name": TEXT,
                "birth_date": DAY,
                "country": TEXT,
                "subscription": TEXT,
                "registered_on": DAY,
            },
            sorted(
                (u.user_id, u.name, u.birth_date, u.country, u.subscription, u.registered_on)
                for u in company.users
            ),
        ),
        Table(
            "users/data/accounts.csv",
            {"account_uri": TEXT, "user_id": TEXT, "linked_on": DAY},
            _crosswalk((key, key.value) for key in company.accounts),
        ),
        Table(
            "users/data/emails.parquet",
            {"email_sha256": TEXT, "user_id": TEXT, "verified_on": DAY},
            _crosswalk((key, email_sha256(key.value)) for key in company.mailboxes),
        ),
    ]


def _crosswalk(keys: Iterable[tuple[Key, str]]) -> list[tuple[object, ...]]:
    pairs = [(value, key.user.user_id, key.since) for key, value in keys if key.user and key.mapped]
    return [*sorted(pairs)]


def _podcasts(company: Company) -> list[Table]:
    """What the studio and the player of the podcasts domain export for its pipeline."""
    return [
        Table(
            "podcasts/landing/episodes.csv",
            {
                "episode_id": TEXT,
                "podcast_id": TEXT,
                "podcast": TEXT,
                "title": TEXT,
                "host": TEXT,
                "language": TEXT,
                "seconds": WHOLE,
                "released_at": TIME,
            },
            [astuple(episode) for episode in company.episodes],
        ),
        Table(
            "podcasts/landing/listens.parquet",
            {
                "listen_id": TEXT,
                "email": TEXT,
                "episode_id": TEXT,
                "started_at": TIME,
                "seconds": WHOLE,
            },
            [(e.event_id, typed_address(e), e.what, e.at, e.seconds) for e in company.listens],
        ),
    ]


def _streaming(company: Company) -> list[Table]:
    artist = {track.isrc: track.artist_id for track in company.tracks}
    return [
        Table(
            "streaming/data/plays.parquet",
            {
                "play_id": TEXT,
                "account_uri": TEXT,
                "isrc": TEXT,
                "artist_id": TEXT,
                "played_at": TIME,
                "seconds": WHOLE,
            },
            [
                (e.event_id, e.key.value, e.what, artist[e.what], e.at, e.seconds)
                for e in company.plays
            ],
        ),
    ]


def _artists(company: Company) -> list[Table]:
    return [
        Table(
            "artists/data/artists.csv",
            {"artist_id": TEXT, "name": TEXT, "country": TEXT},
            [astuple(artist) for artist in company.artists],
        ),
        Table(
            "artists/data/tracks.parquet",
            {
                "isrc": TEXT,
                "title": TEXT,
                "artist_id": TEXT,
                "featured_artist_id": TEXT,
                "released_on": DAY,
                "seconds": WHOLE,
            },
            [astuple(track) for track in company.tracks],
        ),
        Table(
            "artists/data/payments.parquet",
            {
                "payment_id": TEXT,
                "play_id": TEXT,
                "artist_id": TEXT,
                "amount": "DECIMAL(9,4)",
                "currency": TEXT,
                "booked_on": DAY,
            },
            [
                (p.payment_id, p.play.event_id, p.artist_id, p.amount, "EUR", p.play.at.date())
                for p in company.payments
            ],
        ),
    ]


def write(table: Table, folder: Path) -> Path:
    """Write one table below `folder`."""
    file = folder / table.file
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".csv":
        _write_csv(table, file)
    else:
        _write_parquet(table, file)
    return file


def _write_csv(table: Table, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(table.columns)
        lines.writerows(table.rows)


def _write_parquet(table: Table, file: Path) -> None:
    import duckdb  # noqa: PLC0415 - the CSV files can be written without it

    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "rows.csv"
        _write_csv(table, plain)
        rows = duckdb.read_csv(str(plain), header=True, columns=table.columns)
        rows.write_parquet(str(file), compression="zstd")


def main(arguments: list[str]) -> None:
    """Write every table below the folder that is named, or below this script's."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    for table in tables(Company()):
        print(f"{write(table, folder).relative_to(folder)}: {len(table.rows):,} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
