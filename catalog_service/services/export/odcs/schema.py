"""The schema of a contract: its datasets as objects, their columns as properties."""

from typing import Any

from catalog_service.services.export.division import Contract, Dataset
from catalog_service.services.export.odcs.governed import (
    column_properties,
    dataset_properties,
)
from catalog_service.services.export.odcs.rules import rules
from catalog_service.services.export.shared import definitions, links, tags
from catalog_service.services.export.stated import Stated
from catalog_service.services.export.words import DATATYPES, SENSITIVITY
from catalog_service.services.export.yaml import kept
from catalog_service.terms import CSVW, DCT, PM, PROV, RDFS, Iri


def referred(stated: Stated, contract: Contract) -> dict[Iri, str]:
    """How a contract refers to its own columns: `dataset.column`."""
    return {
        column: f"{dataset.name}.{stated.text(column, CSVW.name)}"
        for dataset in contract.datasets
        for column in dataset.columns
    }


def schema(stated: Stated, contract: Contract, known: dict[Iri, str]) -> list[dict[str, Any]]:
    """The datasets of a contract, by name.

    Args:
        stated: what the graph of the product states.
        contract: the contract.
        known: how columns are referred to, its own and those of other contracts.
    """
    return [
        _object(stated, contract, dataset, known)
        for dataset in sorted(contract.datasets, key=lambda found: found.name)
    ]


def _object(
    stated: Stated, contract: Contract, dataset: Dataset, known: dict[Iri, str]
) -> dict[str, Any]:
    iri = dataset.iri
    return kept(
        name=dataset.name,
        logicalType="object",
        physicalName=stated.text(iri, DCT.identifier),
        physicalType=stated.text(iri, DCT.type),
        businessName=stated.text(iri, CSVW.title),
        description=stated.text(iri, DCT.description),
        dataGranularityDescription=stated.text(iri, RDFS.comment),
        tags=tags(stated, iri),
        authoritativeDefinitions=[
            *links(stated.iris(iri, DCT.conformsTo), "businessDefinition"),
            *definitions(stated, iri),
        ],
        quality=rules(stated, contract, dataset),
        customProperties=dataset_properties(stated, dataset, known),
        properties=_Columns(stated, contract, dataset, known).below(""),
    )


class _Columns:
    """The columns of one dataset, those with a dotted name inside of what they are parts of."""

    def __init__(
        self, stated: Stated, contract: Contract, dataset: Dataset, known: dict[Iri, str]
    ) -> None:
        self._stated = stated
        self._contract = contract
        self._dataset = dataset
        self._known = known
        self._named = {stated.text(c, CSVW.name): c for c in dataset.columns}
        self._keys = {
            key
            for found in stated.iris(dataset.iri, CSVW.tableSchema)
            for key in stated.texts(found, CSVW.primaryKey)
        }
        grain = stated.iris(dataset.iri, PM.grain)
        self._unique = set() if self._keys or len(grain) != 1 else set(grain)

    def below(self, prefix: str) -> list[dict[str, Any]]:
        """The columns directly below one of them, by name; those of the dataset for no prefix."""
        found = []
        for name, column in sorted(self._named.items()):
            if self._parent(name) == prefix:
                found.append(self._property(name, column, prefix))
        return found

    def _parent(self, name: str) -> str:
        """The column that a name is a part of: the longest that is one, with its dot."""
        above, dot, _ = name.rpartition(".")
        while dot:
            if above in self._named:
                return f"{above}."
            above, dot, _ = above.rpartition(".")
        return ""

    def _property(self, name: str, column: Iri, prefix: str) -> dict[str, Any]:
        stated, inside = self._stated, self.below(f"{name}.")
        datatype = stated.iri(column, CSVW.datatype)
        level = stated.iri(column, PM.sensitivity)
        required = stated.text(column, CSVW.required)
        keys = self._referred(column, CSVW.foreignKey)
        return kept(
            name=name.removeprefix(prefix),
            physicalName=stated.text(column, DCT.identifier),
            businessName=stated.text(column, CSVW.title),
            logicalType=DATATYPES.get(datatype) if datatype else "object" if inside else None,
            description=stated.text(column, DCT.description),
            required=required == "true" if required else None,
            primaryKey=True if name in self._keys else None,
            unique=True if column in self._unique else None,
            classification=SENSITIVITY.get(level) if level else None,
            tags=tags(stated, column),
            transformSourceObjects=self._referred(column, PROV.wasDerivedFrom),
            authoritativeDefinitions=[
                *links(stated.iris(column, PM.identifies), "polyseme"),
                *links(stated.iris(column, PM.identifierScheme), "identifierScheme"),
                *links(stated.iris(column, PM.dimensionTerm), "dimension"),
                *definitions(stated, column),
            ],
            relationships=[{"to": goal} for goal in keys if "#" not in goal],
            quality=rules(stated, self._contract, self._dataset, (column, name)),
            customProperties=column_properties(stated, column, [k for k in keys if "#" in k]),
            properties=inside,
        )

    def _referred(self, column: Iri, predicate: Iri) -> list[str]:
        """Other columns by the names that the contract has for them."""
        found = self._stated.iris(column, predicate)
        return [self._known[goal] for goal in found if goal in self._known]
