"""What is told of domains, of the people behind them, and of the mesh as a whole."""

from catalog_service.graph import Store, View
from catalog_service.services import agents, domains, mesh
from catalog_service.terms import Iri

BASE = "https://mesh.media.example/"
USERS, AUDIO = Iri(f"{BASE}domains/users"), Iri(f"{BASE}domains/audio")
PODCASTS = Iri(f"{BASE}domains/podcasts")
TEAM = Iri(f"{BASE}agents/users-team")
ANA = Iri("mailto:ana@media.example")


def test_all_domains_are_found(view: View) -> None:
    assert set(domains.domains(view)) == {USERS, AUDIO, PODCASTS}


def test_a_domain_says_who_owns_it(view: View) -> None:
    found = domains.domain(view, USERS)
    assert found is not None
    assert (found.name, found.team, found.parent) == ("Users", TEAM, None)
    assert found.definition == "People who hold an account"


def test_what_is_no_domain_is_none(view: View) -> None:
    assert domains.domain(view, TEAM) is None


def test_domains_nest(view: View) -> None:
    assert domains.sub_domains(view, [AUDIO]) == {AUDIO: (PODCASTS,)}
    assert domains.domains(view, [PODCASTS])[PODCASTS].parent == AUDIO


def test_the_products_of_sub_domains_count(view: View) -> None:
    found = domains.products(view, [AUDIO, PODCASTS, USERS])
    assert found[AUDIO] == found[PODCASTS]
    assert len(found[AUDIO]) == 2
    assert found[USERS] == (f"{BASE}products/users.profiles",)


def test_operational_systems_stand_beside_the_products(view: View) -> None:
    (system,) = domains.systems(view, [USERS])[USERS]
    assert (system.name, system.identifier) == ("Account service", "accounts")
    (way,) = system.interfaces
    assert (way.name, way.endpoint) == ("Accounts API", "https://accounts.media.example/v1")
    assert domains.systems_at(view, [system.iri])[system.iri] == system
    assert domains.interfaces_at(view, [way.iri]) == {way.iri: way}


def test_people_and_teams_are_told_apart(view: View) -> None:
    found = agents.agents(view, [ANA, TEAM])
    assert (found[ANA].name, found[ANA].team, found[ANA].mailbox) == (
        "Ana",
        False,
        "ana@media.example",
    )
    assert (found[TEAM].name, found[TEAM].team, found[TEAM].mailbox) == ("Users team", True, "")
    assert found[ANA].member_of == (TEAM,)
    assert agents.members(view, [TEAM]) == {TEAM: (ANA,)}


def test_an_owner_of_whom_nothing_is_said_is_called_by_the_address(view: View) -> None:
    unknown = Iri("mailto:kim@media.example")
    assert agents.agents(view, [unknown])[unknown].name == "kim@media.example"


def test_the_mesh_is_counted(view: View) -> None:
    assert mesh.counts(view) == mesh.Counts(
        products=3,
        domains=3,
        polysemes=1,
        output_ports=3,
        columns=6,
        bound_columns=3,
        edges=3,
        cross_domain_edges=2,
    )


def test_an_empty_mesh_is_counted_too() -> None:
    assert mesh.counts(Store().view()) == mesh.Counts(0, 0, 0, 0, 0, 0, 0, 0)
