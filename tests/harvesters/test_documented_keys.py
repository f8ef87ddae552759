"""Every key that a version of the standards documents is read, or set aside on purpose.

The documents below use each key at each place once; one that a mapping forgot is reported as unread.
They are written as JSON, since YAML's aliases would let one reading count for several places.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from bitol_reading import stated

from catalog_service.harvesting import Harvester
from harvesters.odcs import OdcsHarvester
from harvesters.odps import OdpsHarvester

URL = "https://m.example"


def keys(names: str, **more: Any) -> dict[str, Any]:
    """A mapping with these keys, each with a text nobody minds, and with `more`."""
    return dict.fromkeys(names.split(), "x") | more


LINKS = [keys("id type description", url=URL)]
OWN = [keys("id property value description vendor")]
SYNONYMS = [keys("id synonym description locale source status", customProperties=OWN)]
CONTEXT = keys("instructions", verifiedStatements=[keys("question answer")])
MORE = {"tags": ["t"], "customProperties": OWN, "authoritativeDefinitions": LINKS}
MEMBER = keys("id username name description role dateIn dateOut replacedByUsername", **MORE)
TEAM = keys("id name description", members=[MEMBER], **MORE)
SUPPORT = [keys("id channel description tool scope", url=URL, invitationUrl=URL, **MORE)]
ROLES = [
    keys(
        "id role description access firstLevelApprovers secondLevelApprovers",
        customProperties=OWN,
    )
]
PRICE = keys("id priceAmount priceCurrency priceUnit")
DESCRIPTION = keys(
    "purpose usage limitations", customProperties=OWN, authoritativeDefinitions=LINKS
)
RULE = keys(
    "id name description type metric rule query engine dimension method severity scheduler"
    " businessImpact schedule",
    unit="rows",
    arguments=keys("properties"),
    implementation=keys("type"),
    validValues=["x"],
    mustBe=1,
    mustBeGreaterThan=1,
    mustBeGreaterOrEqualTo=1,
    mustBeLessThan=1,
    mustBeLessOrEqualTo=1,
    mustBeBetween=[1, 2],
    mustNotBe=None,
    mustNotBeBetween=None,
    **MORE,
)
ELEMENT = keys(
    "id physicalName physicalType description businessName",
    deprecated=False,
    synonyms=SYNONYMS,
    quality=[RULE],
    context=CONTEXT,
    **MORE,
)
RELATION = keys("id type description", customProperties=OWN)
PROPERTY = ELEMENT | keys(
    "encryptedName transformLogic transformDescription primaryKeyPosition partitionKeyPosition",
    logicalTypeOptions=keys("format"),
    primaryKey=True,
    required=True,
    unique=True,
    partitioned=False,
    criticalDataElement=False,
    classification="public",
    semanticType="column",
    transformSourceObjects=["t.b"],
    examples=[1],
    enum=[keys("value label")],
    relationships=[RELATION | {"to": "t.b"}],
)
SERVER = keys(
    "id server type description environment account catalog catalogUrl database dataset delimiter"
    " encoding endpointUrl format host namespace path port project region regionName schema"
    " serviceName stagingDir stream warehouse",
    location=URL,
    roles=ROLES,
    customProperties=OWN,
)
HELD = {"logicalType": "object", **PROPERTY, "properties": [{"name": "x"}]}
PROMISE = keys(
    "id unit valueExt driver description scheduler schedule",
    property="latency",
    value=1,
    customProperties=OWN,
    authoritativeDefinitions=LINKS,
)
CONTRACT_3 = keys(
    "name version status tenant domain dataProduct contractCreatedTs",
    apiVersion="v3.1.0",
    kind="DataContract",
    id="c",
    description=DESCRIPTION,
    context=CONTEXT,
    servers=[SERVER],
    schema=[
        keys("dataGranularityDescription logicalType", name="t")
        | ELEMENT
        | {
            "relationships": [RELATION | {"from": "a", "to": "b"}],
            "properties": [
                PROPERTY | {"name": "a", "logicalType": "array", "items": HELD},
                PROPERTY | {"name": "b", "logicalType": "string"},
                {"name": "m", "logicalType": "map", "map": {"key": HELD, "value": HELD}},
            ],
        }
    ],
    support=SUPPORT,
    price=PRICE,
    team=TEAM,
    roles=ROLES,
    slaDefaultElement="t.a",
    slaProperties=[PROMISE | {"element": "t.a"}],
    **MORE,
)
OLD_RULE = keys(
    "code templateName description toolName toolRuleName dimension column type severity"
    " businessImpact scheduleCronExpression",
    columns=["a"],
    customProperties=OWN,
)
OLD_COLUMN = keys(
    "businessName logicalType physicalType description primaryKeyPosition partitionKeyPosition"
    " clusterKeyPosition classification encryptedColumnName transformLogic transformDescription",
    isPrimaryKey=True,
    isPrimary=True,
    primary=True,
    isNullable=False,
    nullable=False,
    isUnique=True,
    partitionStatus=False,
    clusterStatus=False,
    criticalDataElementStatus=False,
    transformSourceTables=["t.b"],
    sampleValues=[1],
    samples=[1],
    quality=[OLD_RULE],
    **MORE,
)
CONTRACT_2 = keys(
    "apiVersion standardVersion templateName version type status tenant datasetDomain quantumName"
    " datasetName datasetKind userConsumptionMode sourceSystem sourcePlatform project quality"
    " datasetProject server database driver driverVersion username password schedulerAppName"
    " productDl productSlackChannel productFeedbackUrl systemInstance contractCreatedTs",
    kind="DataContract",
    uuid="c",
    description=DESCRIPTION,
    dataset=[
        keys("physicalName priorTableName description dataGranularity", table="t", **MORE)
        | {
            "quality": [OLD_RULE],
            "columns": [
                OLD_COLUMN | {"column": "a", "columns": [OLD_COLUMN | {"column": "i"}]},
                {"column": "b"},
            ],
        }
    ],
    price=PRICE,
    stakeholders=[MEMBER | {"comment": "C"}],
    roles=ROLES,
    slaDefaultColumn="t.a",
    slaProperties=[keys("unit valueExt driver", property="av", value=1, column="t.a")],
    **MORE,
) | {"apiVersion": "v2.2.2", "standardVersion": "2.2.0"}
PORT = keys("id version contractId", name="p", deprecated=False, **MORE)
DESCRIPTOR = keys(
    "name version status domain tenant type productCreatedTs",
    apiVersion="v1.0.0",
    kind="DataProduct",
    id="p",
    deprecated=False,
    synonyms=SYNONYMS,
    context=CONTEXT,
    description=DESCRIPTION,
    inputPorts=[PORT],
    outputPorts=[
        PORT
        | keys("description type", synonyms=SYNONYMS, context=CONTEXT)
        | {"sbom": [keys("id type", url=URL)], "inputContracts": [keys("id version")]}
    ],
    managementPorts=[
        keys("id content type channel description", name="m", url=URL, deprecated=True, **MORE)
    ],
    support=SUPPORT,
    team=TEAM,
    **MORE,
)


@pytest.mark.parametrize(
    ("harvester", "document"),
    [
        (OdcsHarvester(), CONTRACT_2),
        (OdcsHarvester(), CONTRACT_3),
        (OdcsHarvester(), CONTRACT_3 | {"team": [MEMBER]}),
        (OdpsHarvester(), DESCRIPTOR),
        (OdpsHarvester(), DESCRIPTOR | {"team": [MEMBER]}),
    ],
    ids=["odcs-2.2", "odcs-3.1", "odcs-3.0", "odps-0.9", "odps-1.0"],
)
def test_every_documented_key_is_read_or_set_aside(
    harvester: Harvester, document: dict[str, Any], tmp_path: Path
) -> None:
    found = stated(harvester, tmp_path, json.dumps(document))
    assert [f.message for f in found.noticed("unread-key")] == []
