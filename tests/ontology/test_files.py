"""What every file of `ontology/` keeps to."""

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, RDFS, SKOS

from catalog_service import bundled, terms
from catalog_service.governance import vocabulary_page

FOLDER = bundled.folder("ontology")
FILES = sorted(FOLDER.glob("*.ttl"))
DQV = rdflib.Namespace(terms.DQV.base)
PM = rdflib.Namespace(terms.PM.base)
UNIT_MEASURE = rdflib.URIRef(terms.SDMX.unitMeasure)


def read(*files: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return read(*FILES)


def ours(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    found = {term for term in graph.subjects() if isinstance(term, rdflib.URIRef)}
    return sorted(term for term in found if term.startswith(PM) and term != rdflib.URIRef(PM))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_parses_and_names_everything(file: Path) -> None:
    graph = read(file)
    assert len(graph) > 0
    assert not [node for statement in graph for node in statement if type(node) is rdflib.BNode]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_says_in_its_first_line_what_it_holds(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert len(first) > 20


def test_each_word_of_ours_has_a_kind_a_label_a_comment_and_a_home(ontology: rdflib.Graph) -> None:
    for term in ours(ontology):
        assert list(ontology.objects(term, RDF.type)), f"{term} has no kind"
        for predicate in (RDFS.label, RDFS.comment):
            values = list(ontology.objects(term, predicate))
            assert [value.n3()[-3:] for value in values] == ["@en"], f"{term} {predicate}"
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [rdflib.URIRef(PM)], term


def test_each_word_of_ours_is_described_in_one_file() -> None:
    described = [
        term
        for file in FILES
        for term in read(file).subjects(RDFS.comment)
        if str(term).startswith(PM)
    ]
    assert len(described) == len(set(described))
    assert len(described) > 150


def test_no_two_words_of_ours_share_a_label_and_a_kind(ontology: rdflib.Graph) -> None:
    said = [
        (str(ontology.value(term, RDFS.label)), str(ontology.value(term, RDF.type)))
        for term in ours(ontology)
    ]
    assert len(said) == len(set(said))


def test_each_stub_says_of_which_namespace_it_is() -> None:
    stubs = read(FOLDER / "stubs.ttl")
    for term in set(stubs.subjects()):
        (home,) = stubs.objects(term, RDFS.isDefinedBy)
        assert str(home) in terms.PREFIXES.values()
        assert str(term).startswith(str(home))
        assert len(list(stubs.objects(term, RDFS.label))) == 1, term


def test_whatever_a_file_points_to_in_a_known_namespace_is_declared(
    ontology: rdflib.Graph,
) -> None:
    declared = set(ontology.subjects(RDFS.isDefinedBy))
    for statement in ontology:
        for node in statement:
            known = [base for base in terms.PREFIXES.values() if str(node).startswith(base)]
            if isinstance(node, rdflib.URIRef) and known and str(node) not in known:
                assert node in declared, f"{node} in {statement}"


def test_identity_is_never_an_axiom(ontology: rdflib.Graph) -> None:
    assert not list(ontology.subject_objects(rdflib.OWL.sameAs))
    assert not list(ontology.subject_objects(rdflib.OWL.equivalentClass))


def test_nothing_is_certified() -> None:
    for file in (*FILES, FOLDER / "context.jsonld", FOLDER / "README.md"):
        assert "certif" not in file.read_text(encoding="utf-8").casefold(), file.name


def test_the_sensitivity_levels_are_four_and_in_order(ontology: rdflib.Graph) -> None:
    ranks = {str(level): int(str(rank)) for level, rank in ontology.subject_objects(PM.rank)}
    assert ranks == {
        terms.PM.Public: 1,
        terms.PM.Internal: 2,
        terms.PM.Confidential: 3,
        terms.PM.Restricted: 4,
    }


def test_each_metric_has_a_unit_and_a_direction(ontology: rdflib.Graph) -> None:
    metrics = [m for m in ontology.subjects(RDF.type, DQV.Metric) if str(m).startswith(PM)]
    assert len(metrics) == 17
    for metric in metrics:
        assert len(list(ontology.objects(metric, UNIT_MEASURE))) == 1, metric
        (direction,) = ontology.objects(metric, PM.betterWhen)
        assert str(direction) in {terms.ODRL.lteq, terms.ODRL.gteq}


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        ("LifecycleScheme", 5),
        ("DataPlane", 2),
        ("CodeKind", 3),
        ("PortKind", 5),
        ("Cardinality", 4),
        ("Additivity", 3),
        ("EmptyRule", 2),
        ("SensitivityScheme", 4),
        ("DecisionScope", 2),
        ("Gate", 3),
        ("FindingState", 4),
        ("PlatformPlane", 3),
    ],
)
def test_each_scheme_has_its_concepts(ontology: rdflib.Graph, scheme: str, size: int) -> None:
    assert (PM[scheme], RDF.type, SKOS.ConceptScheme) in ontology
    assert len(list(ontology.subjects(SKOS.inScheme, PM[scheme]))) == size


def test_three_older_namespaces_of_dprod_lead_to_the_one_we_write(ontology: rdflib.Graph) -> None:
    replaced = list(
        ontology.subjects(rdflib.URIRef(terms.DCT.isReplacedBy), rdflib.URIRef(terms.DPROD.base))
    )
    assert len(replaced) == 3
    assert all("dprod" in str(alias).casefold() for alias in replaced)


def test_every_special_category_of_personal_data_is_known_as_one(ontology: rdflib.Graph) -> None:
    special = rdflib.URIRef(terms.DPV.SpecialCategoryPersonalData)
    typed = set(ontology.subjects(RDF.type, special))
    below = set(ontology.transitive_subjects(SKOS.broader, special)) - {special}
    assert typed == below
    assert rdflib.URIRef(terms.PD.Health) in typed
    assert rdflib.URIRef(terms.PD.EmailAddress) not in typed


def test_the_readme_is_up_to_date() -> None:
    written = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert written == vocabulary_page.page(), "run make docs"


def test_the_page_is_written_to_the_file_that_is_named(tmp_path: Path) -> None:
    vocabulary_page.main([str(tmp_path / "page.md")])
    assert "`pm:Polyseme`" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_the_page_goes_to_the_standard_output_where_no_file_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    vocabulary_page.main([])
    assert capsys.readouterr().out == vocabulary_page.page()
