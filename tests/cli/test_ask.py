"""search, show, lineage, query and explain over the example mesh."""

import csv
import io
import json
from pathlib import Path

import pytest
from cli_running import Command, process

from catalog_service.bundled import folder
from catalog_service.domain.findings import NOTICES, REMEDIES
from catalog_service.governance import standards as governance_standards
from catalog_service.graph import parse

LISTENS = "https://mesh.media.example/products/podcasts.listens"
DEMOGRAPHICS = "https://mesh.media.example/products/podcasts.listener_demographics"
USER = "https://mesh.media.example/polysemes/User"
DOMAINS = "CONSTRUCT WHERE { ?domain a <https://w3id.org/polyseme/ns#Domain> }"


def test_search_tells_totals_facets_and_reasons_in_json(polyseme: Command, home: Path) -> None:
    told = polyseme("--home", home, "search", "podcast", "listener", "--format", "json").told
    assert list(told) == [
        "format_version", "total", "revision", "hits", "facets", "next", "words", "lost", "every",
    ]  # fmt: skip
    products = [hit for hit in told["hits"] if hit["kind"] == "product"]
    assert DEMOGRAPHICS in [hit["iri"] for hit in products[:2]]
    assert told["hits"][0]["name"] == "PodcastListener"  # what is called so as a whole is first
    assert all(hit["why"] for hit in told["hits"])
    assert told["total"] == sum(c["count"] for c in told["facets"][0]["counts"])
    assert [facet["name"] for facet in told["facets"]][:2] == ["kind", "domain"]


def test_search_text_ends_with_what_was_found_and_how_to_go_on(
    polyseme: Command, home: Path
) -> None:
    first = polyseme("--home", home, "search", "--kind", "product", "--first", "2")
    lines = first.out.splitlines()
    assert lines[1].strip().startswith("https://mesh.media.example/products/")
    assert lines[-1].startswith("2 of 8 shown")
    cursor = lines[-1].rpartition("--after ")[2]
    found = []
    while cursor:
        page = polyseme(
            "--home", home, "search", "--kind", "product", "--first", "2", "--after", cursor,
            "--format", "json",
        ).told  # fmt: skip
        found += [hit["iri"] for hit in page["hits"]]
        cursor = page["next"]
    assert len(found) == len(set(found)) == 6


def test_search_explains_each_hit_when_asked(polyseme: Command, home: Path) -> None:
    assert "name has" not in polyseme("--home", home, "search", "listens").out
    assert 'name has "listens"' in polyseme("--home", home, "search", "listens", "--explain").out


def test_filters_by_name_and_by_iri_are_the_same(polyseme: Command, home: Path) -> None:
    asked = ("--home", home, "search", "--format", "json", "--first", "100")
    for option, name, iri in (
        ("--domain", "podcasts", "https://mesh.media.example/domains/podcasts"),
        ("--polyseme", "user", USER),
    ):
        by_name = polyseme(*asked, option, name).told
        assert by_name["total"] > 0
        assert by_name == polyseme(*asked, option, iri).told


def test_search_refuses_a_cursor_that_is_none(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "search", "x", "--after", "nonsense")
    assert ran.code == 2
    assert "is no cursor" in ran.err


def test_nothing_found_is_no_error(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "search", "zzqqxx")
    assert ran.code == 0
    assert ran.out.startswith("0 of 0 shown")


def test_show_writes_a_page_for_a_product(polyseme: Command, home: Path) -> None:
    ran = polyseme("--home", home, "show", "podcasts.listens")
    assert ran.code == 0
    for part in ("Podcast listens", LISTENS, "Bo Ferrand", "output ports", "email_sha256"):
        assert part in ran.out
    assert ran.out.splitlines()[-1].startswith("conforms · revision ")


def test_show_finds_a_thing_by_iri_name_or_prefix(polyseme: Command, home: Path) -> None:
    for named in (USER, "User", "user"):
        ran = polyseme("--home", home, "show", named)
        assert "columns that identify it" in ran.out, named
    assert "user-registry" not in polyseme("--home", home, "show", "podcasts").out
    assert "User profiles" in polyseme("--home", home, "show", "users").out
    assert "owner named" in polyseme("--home", home, "show", "std:owner-named").out.lower() or (
        "dprod:dataProductOwner" in polyseme("--home", home, "show", "std:owner-named").out
    )


def test_show_in_json_holds_publication_parts_and_statements(polyseme: Command, home: Path) -> None:
    told = polyseme("--home", home, "show", LISTENS, "--format", "json").told
    assert (told["format_version"], told["iri"], told["kind"]) == (1, LISTENS, "product")
    assert told["publication"]["conforms"] is True
    assert told["product"]["profile"]["identifier"] == "podcasts.listens"
    assert {"subject", "predicate", "object"} == set(told["statements"][0])


@pytest.mark.parametrize(
    ("as_", "format_name"), [("ttl", "turtle"), ("nt", "ntriples"), ("jsonld", "jsonld")]
)
def test_show_writes_rdf_that_says_the_same(
    polyseme: Command, home: Path, as_: str, format_name: str
) -> None:
    ran = polyseme("--home", home, "show", LISTENS, "--as", as_)
    stated = polyseme("--home", home, "show", LISTENS, "--format", "json").told["statements"]
    assert len(parse(ran.out, format_name)) == len(stated)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("podcasts.listen", "did you mean podcasts.listen"),
        ("zzqqxx", "look for it with `polyseme search`"),
        ("https://mesh.media.example/nothing", "nothing is known of"),
        ("https://not an iri", "is not an absolute IRI"),
    ],
)
def test_a_name_that_nothing_has_exits_2_with_what_comes_close(
    polyseme: Command, home: Path, name: str, said: str
) -> None:
    for verb in ("show", "lineage"):
        ran = polyseme("--home", home, verb, name)
        assert ran.code == 2
        assert said in ran.err


def test_lineage_goes_up_and_down_as_far_as_asked(polyseme: Command, home: Path) -> None:
    asked = ("--home", home, "lineage", "podcasts.listens", "--format", "json")
    near = polyseme(*asked).told
    assert (near["root"], near["grain"], near["complete"]) == (LISTENS, "product", True)
    levels = {node["iri"]: node["level"] for node in near["nodes"]}
    assert levels[LISTENS] == 0
    assert levels[DEMOGRAPHICS] == 1
    none = polyseme(*asked, "--up", "0", "--down", "0").told
    assert (none["shown"], none["edges"]) == (1, [])


def test_lineage_is_drawn_as_a_tree_and_in_three_languages_more(
    polyseme: Command, home: Path
) -> None:
    asked = ("--home", home, "lineage", "podcasts.listens")
    tree = polyseme(*asked).out.splitlines()
    assert tree[0].startswith("Podcast listens")
    assert tree.index("comes from") < tree.index("goes into")
    assert tree[tree.index("goes into") + 1].startswith("  Podcast listener demographics")
    assert tree[-1] == "4 of 4 shown · 3 edges"
    rows = list(csv.DictReader(io.StringIO(polyseme(*asked, "--format", "csv").out)))
    edges = [{"source": LISTENS, "target": DEMOGRAPHICS}.items() <= row.items() for row in rows]
    assert edges.count(True) == 1
    assert polyseme(*asked, "--format", "mermaid").out.startswith("flowchart LR\n")
    assert polyseme(*asked, "--format", "dot").out.endswith("}\n")
    assert polyseme(*asked, "--up", "51").code == 2


def test_lineage_that_is_cut_says_so_and_goes_on_behind_its_cursor(
    polyseme: Command, home: Path
) -> None:
    asked = ("--home", home, "lineage", "podcasts.listens", "--first", "2")
    cut = polyseme(*asked).out.splitlines()
    assert any(line.strip().startswith("… and ") for line in cut)
    assert cut[-1].startswith("2 of 4 shown")
    told = polyseme(*asked, "--format", "json").told
    assert told["nodes"][0]["upstream"]["total"] >= told["nodes"][0]["upstream"]["shown"]
    assert cut[-1].endswith(f"more: --after {told['next']}")
    rest = polyseme(*asked, "--after", told["next"], "--format", "json").told
    assert (rest["shown"], rest["total"], rest["complete"], rest["next"]) == (2, 4, False, None)
    assert "→" in polyseme(*asked, "--after", told["next"]).out
    assert polyseme(*asked, "--after", told["next"], "--format", "dot").out.count("->") == len(
        rest["edges"]
    )
    assert polyseme(*asked, "--after", "nonsense!").code == 2


def test_impact_lists_whom_a_change_hits_and_whom_to_tell(polyseme: Command, home: Path) -> None:
    profiles = "https://mesh.media.example/products/users.profiles"
    asked = ("--home", home, "lineage", profiles, "--impact")
    lines = polyseme(*asked).out.splitlines()
    assert lines[1].split()[:4] == ["steps", "affected", "owner", "domain"]
    assert lines[-2].startswith("to tell: ")
    told = polyseme(*asked, "--format", "json").told
    assert DEMOGRAPHICS in {one["iri"] for one in told["affected"]}
    assert all(one["level"] >= 1 for one in told["affected"])
    assert sum(one["count"] for one in told["owners"]) == told["total"]
    rows = list(csv.DictReader(io.StringIO(polyseme(*asked, "--format", "csv").out)))
    assert [row["affected"] for row in rows] == [one["iri"] for one in told["affected"]]
    assert polyseme(*asked, "--format", "dot").code == 2


def test_query_reads_a_file_or_standard_input(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "domains.rq"
    file.write_text(DOMAINS)
    by_file = polyseme("--home", home, "query", file, "--format", "nt")
    by_hyphen = process("--home", home, "query", "-", "--format", "nt", stdin=DOMAINS)
    assert by_file.code == by_hyphen.code == 0, by_hyphen.err
    assert len(parse(by_file.out, "ntriples")) == 5
    assert sorted(by_file.out.splitlines()) == sorted(by_hyphen.out.splitlines())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("text", (
            "domain                                       n\n"
            "https://mesh.media.example/domains/podcasts  3\n1 row\n"
        )),
        ("csv", "domain,n\r\nhttps://mesh.media.example/domains/podcasts,3\r\n"),
        ("tsv", "?domain\t?n\n<https://mesh.media.example/domains/podcasts>\t3\n"),
    ],
)  # fmt: skip
def test_query_writes_rows(
    polyseme: Command, home: Path, tmp_path: Path, written: str, expected: str
) -> None:
    file = tmp_path / "count.rq"
    file.write_text(
        "PREFIX dprod: <https://www.omg.org/spec/DPROD/dprod/>\n"
        "SELECT ?domain (COUNT(?p) AS ?n) { ?p dprod:domain ?domain } GROUP BY ?domain"
        " HAVING (COUNT(?p) = 3)"
    )
    ran = polyseme("--home", home, "query", file, "--format", written)
    assert ran.out == expected


def test_query_in_json_is_the_result_with_a_version(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("ASK { ?s ?p ?o }")
    assert polyseme("--home", home, "query", file).out == "true\n"
    told = polyseme("--home", home, "query", file, "--format", "json").told
    assert told == {"format_version": 1, "head": {}, "boolean": True}


@pytest.mark.parametrize(
    "asked",
    [
        ("SELECT * { ?s ?p }", (), 2, "line 1, column"),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", (), 2, "SERVICE"),
        ("DELETE WHERE { ?s ?p ?o }", (), 2, ""),
        ("SELECT * { " + "{" * 5000 + "}" * 5000 + " }", (), 2, ""),
        ("#" * 70_000, (), 2, "bytes"),
        ("ASK {}", ("--format", "ttl"), 2, "the formats are text, json, csv, tsv, xml"),
        (DOMAINS, ("--format", "csv"), 2, "the formats are text, ttl, nt, jsonld, xml"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?e ?i", ("--timeout", "0.5"), 3,
         "took longer"),
        ("ASK {}", ("--timeout", "-1"), 2, "--query-seconds"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_answered_says_why(
    polyseme: Command, home: Path, tmp_path: Path, asked: tuple[str, tuple[str, ...], int, str]
) -> None:
    query, arguments, code, said = asked
    file = tmp_path / "bad.rq"
    file.write_text(query)
    ran = polyseme("--home", home, "query", file, *arguments)
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_query_file_that_is_not_there_or_not_text_is_refused(
    polyseme: Command, home: Path, tmp_path: Path
) -> None:
    assert polyseme("--home", home, "query", tmp_path / "no.rq").code == 2
    file = tmp_path / "latin.rq"
    file.write_bytes(b"ASK { ?s ?p '\xe4' }")
    assert "is not UTF-8" in polyseme("--home", home, "query", file).err


def test_explain_takes_either_name_and_shows_a_good_and_a_bad_example(polyseme: Command) -> None:
    by_id = polyseme("explain", "dom-03")
    assert by_id.code == 0
    assert by_id.out == polyseme("explain", "owner-named").out
    for part in (
        "DOM-03 owner-named",
        "what to do",
        "this conforms",
        "this does not",
        "sh:NodeShape",
    ):
        assert part in by_id.out


def test_explain_lists_all_standards(polyseme: Command) -> None:
    names = [standard.name for standard in governance_standards.load(folder("shapes"))]
    listed = polyseme("explain", "--all")
    assert all(f"  {name} " in listed.out for name in names)
    assert listed.out.splitlines()[-1] == f"{len(names)} standards"
    told = polyseme("explain", "--all", "--format", "json").told
    assert [standard["name"] for standard in told["standards"]] == names
    one = polyseme("explain", names[0], "--format", "json").told["standard"]
    assert one["examples"]
    assert json.dumps(one)


def test_explain_of_nothing_or_of_an_unknown_standard_exits_2(polyseme: Command) -> None:
    assert polyseme("explain").code == 2
    assert polyseme("explain", "DOM-03", "--all").code == 2
    ran = polyseme("explain", "no-such")
    assert ran.code == 2
    assert "there is no standard 'no-such'" in ran.err
    assert "did you mean owner-named" in polyseme("explain", "owner-name").err


@pytest.mark.parametrize("name", NOTICES)
def test_every_name_of_a_finding_is_explained(polyseme: Command, name: str) -> None:
    ran = polyseme("explain", name)
    assert ran.code == 0
    assert ran.out.startswith(f"{name}   ")
    assert "what to do\n- " in ran.out
    told = polyseme("explain", name.upper(), "--format", "json").told["notice"]
    assert told == {"name": name, "means": NOTICES[name], "fix": REMEDIES[name]}
    assert NOTICES[name] in polyseme("explain", "--all").out
