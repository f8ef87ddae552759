"""How the types of the schema are written: their docstrings are what the schema tells of them."""

from collections.abc import Callable
from enum import Enum
from inspect import cleandoc, signature
from typing import TYPE_CHECKING, Annotated, Any, NewType, TypeVar, cast, dataclass_transform

import strawberry
from strawberry.types.arguments import StrawberryArgumentAnnotation
from strawberry.types.scalar import ScalarDefinition

from catalog_service.api.graphql.moments import After, Dated, GoingOn
from catalog_service.domain.rdf import iri
from catalog_service.errors import InvalidIri, InvalidRequest
from catalog_service.terms import Iri

if TYPE_CHECKING:
    from strawberry.extensions.field_extension import FieldExtension

MOST_OF_A_NAME = 2_048
Type = TypeVar("Type")
Words = TypeVar("Words", bound=type[Enum])
Method = TypeVar("Method", bound=Callable[..., Any])


def told(description: str) -> Any:  # noqa: ANN401 - stands where a field of any type stands
    """A field that is told as it was found."""
    return strawberry.field(description=description)


def narrowing(description: str) -> Any:  # noqa: ANN401 - stands where a field of any type stands
    """A field of an input that narrows a list, and narrows nothing where it is left out."""
    return strawberry.field(default=None, description=description)


@dataclass_transform(kw_only_default=True, field_specifiers=(told,))
def described(cls: type[Type]) -> type[Type]:
    """Make a class an object type."""
    return strawberry.type(cls, description=_doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(told,))
def described_interface(cls: type[Type]) -> type[Type]:
    """Make a class an interface."""
    return strawberry.interface(cls, description=_doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(told, narrowing))
def described_input(cls: type[Type]) -> type[Type]:
    """Make a class an input type."""
    return strawberry.input(cls, description=_doc(cls))


def listed(words: Words, *, name: str | None = None) -> Words:
    """Make an enum of the services an enum of the schema."""
    return strawberry.enum(words, name=name, description=_doc(words))


def answer(method: Method) -> Method:
    """Make a method a field of its type; the type checker goes on seeing the method.

    A list that goes on behind a cursor is answered from the state that the cursor is of.
    """
    after = signature(method).parameters.get("after")
    going_on: list[FieldExtension] = [GoingOn()] if after and after.annotation == After else []
    made = strawberry.field(method, description=_doc(method), extensions=going_on)
    return cast("Method", made)


def question(method: Method) -> Method:
    """Make a method a field of `Query`, which may be asked of any state of the catalog."""
    made = strawberry.field(method, description=_doc(method), extensions=[Dated()])
    return cast("Method", made)


def given(description: str) -> StrawberryArgumentAnnotation:
    """What the schema tells of an argument, written beside its type."""
    return strawberry.argument(description=description)


def _doc(told_of: object) -> str:
    """The first paragraph of a docstring."""
    return " ".join(cleandoc(told_of.__doc__ or "").split("\n\n")[0].split())


def _read(value: object) -> Iri:
    if not isinstance(value, str):
        raise InvalidIri(f"{value!r} is not an IRI", hint="write it as a string")
    return iri(value)


IRI: ScalarDefinition = strawberry.scalar(
    name="IRI",
    description="An absolute IRI, at most 2,048 characters long.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3987",
    serialize=str,
    parse_value=_read,
)

StandardName = NewType("StandardName", str)
"""What names a standard."""


def _named(value: object) -> StandardName:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MOST_OF_A_NAME:
        raise InvalidRequest(
            "the name of a standard is a text of 1 to 2,048 characters",
            hint="write its name, its short id or its IRI",
        )
    return StandardName(value.strip())


STANDARD_NAME: ScalarDefinition = strawberry.scalar(
    name="StandardName",
    description="What names a standard: its name, its short id such as `DOM-03`, or its IRI.",
    serialize=str,
    parse_value=_named,
)

ByIri = Annotated[Iri, given("What it is called everywhere.")]
