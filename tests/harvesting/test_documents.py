"""Reading documents: every value with its place, and every kind of bad file with its reason."""

import contextlib
from pathlib import Path

import pytest

from catalog_service.domain.rdf import Origin
from catalog_service.errors import Unreadable
from catalog_service.harvesting import Document, Mapping, plain
from catalog_service.harvesting.suite import HOSTILE


@pytest.fixture
def written(tmp_path: Path):  # noqa: ANN201
    def write(content: str | bytes) -> Document:
        file = tmp_path / "a.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Document(file, "a.yaml")

    return write


def test_every_value_knows_its_line_and_column(written) -> None:  # noqa: ANN001
    found = written("id: orders\nschema:\n  - name: o\n").yaml()
    assert found.where("id") == Origin("a.yaml", 1, 5)
    assert found.mappings("schema")[0].where("name") == Origin("a.yaml", 3, 11)


def test_json_is_read_as_the_yaml_that_it_is(written) -> None:  # noqa: ANN001
    assert plain(written('{"id": "o", "n": [1, true, null]}').yaml()) == {
        "id": "o",
        "n": ["1", "true", None],
    }


def test_json_may_escape_what_it_likes(written) -> None:  # noqa: ANN001
    assert written('{"id": "\\ud83d\\ude00 \\u00e9"}').yaml().text("id") == "\U0001f600 é"


def test_a_version_keeps_the_text_it_was_written_in(written) -> None:  # noqa: ANN001
    scalar = written("version: 1.10\n").yaml().scalar("version")
    assert (scalar.text, scalar.type) == ("1.10", "number")


def test_byte_order_marks_and_carriage_returns_do_not_show(written) -> None:  # noqa: ANN001
    found = written(b"\xef\xbb\xbfid: a\r\nname: b\r\n").yaml()
    assert found.text("id") == "a"
    assert found.where("name").line == 2


def test_keys_that_nobody_asks_for_are_told(written) -> None:  # noqa: ANN001
    found = written("id: a\nextra: 1\nteam:\n  name: x\n  mascot: y\n").yaml()
    found.text("id")
    team = found.mapping("team")
    assert team is not None
    team.text("name")
    assert [(path, origin.line) for path, origin in found.unread()] == [
        ("extra", 2),
        ("team.mascot", 5),
    ]


def test_a_null_is_an_absence(written) -> None:  # noqa: ANN001
    found = written("a:\nb: ~\n").yaml()
    assert found.text("a") == ""
    assert found.mapping("b") is None


@pytest.mark.parametrize(
    "ask", [lambda m: m.text("a"), lambda m: m.mapping("a"), lambda m: m.mappings("a")]
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_place(written, ask) -> None:  # noqa: ANN001
    with pytest.raises(Unreadable, match="`a` is") as caught:
        ask(written("b: 1\na: [1, 2]\n").yaml())
    assert caught.value.line == 2


def test_merge_keys_fill_in_what_is_not_stated(written) -> None:  # noqa: ANN001
    found = written("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n").yaml()
    assert plain(found)["own"] == {"y": "3", "x": "1"}


def test_several_documents_in_one_file_are_told_apart(written) -> None:  # noqa: ANN001
    document = written("id: a\n---\nid: b\n")
    assert [found.text("id") for found in document.yamls()] == ["a", "b"]
    with pytest.raises(Unreadable, match="2 documents"):
        document.yaml()


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("a: 1\na: 2\n", "stated twice, first on line 1", 2),
        ("a: [1\nb: 2\n", "does not parse", 2),
        ("a:\n\tb: 1\n", "does not parse", 2),
        ("? [x]\n: 1\n", "a key is a list", 1),
        ("a: !!python/object:os.system x\n", "tag", 1),
        ("a: !secret x\n", "tag", 1),
        ("a: &x [*x]\n", "inside its own anchor", 1),
        ("a: *nowhere\n", "has no anchor", 1),
        ("- a\n", "no mapping", 1),
        ("", "empty", 0),
        ("# only a comment\n", "no document", 0),
        (b"id: a\nname: caf\xe9\n", "0xE9 is not UTF-8", 2),
        ("id: a\n".encode("utf-16"), "UTF-16", 1),
        (b"id: a\nx: \x00\n", "zero byte", 2),
        ("a:\n" + "".join(" " * n + "b:\n" for n in range(1, 200)), "deeper than", None),
    ],
)  # fmt: skip
def test_a_bad_file_says_where_and_why(written, content, message, line) -> None:  # noqa: ANN001
    with pytest.raises(Unreadable, match=message) as caught:
        written(content).yaml()
    assert caught.value.hint
    if line is not None:
        assert caught.value.line == line


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_answered_without_harm(written, name: str) -> None:  # noqa: ANN001
    document = written(HOSTILE[name])
    with contextlib.suppress(Unreadable):
        assert all(isinstance(found, Mapping) for found in document.yamls())


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        Document(tmp_path / "gone.yaml", "gone.yaml").yaml()


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as handle:
        handle.truncate(65 * 1024 * 1024)
    with pytest.raises(Unreadable, match="at most"):
        Document(file, "big.yaml").text()


def test_broken_json_names_its_line(written) -> None:  # noqa: ANN001
    with pytest.raises(Unreadable) as caught:
        written('{"a": 1,\n "b": }').json()
    assert caught.value.line == 2


def test_json_with_a_number_beyond_all_measure_is_refused(written) -> None:  # noqa: ANN001
    with pytest.raises(Unreadable, match="does not parse"):
        written('{"n": ' + "1" * 5000 + "}").json()
