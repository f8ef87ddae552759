"""What a scorecard asks: named checks, by the quality that makes a data product usable.

Each check is decided by a standard or by what the product states. Nothing here is a seal: a card
tells which checks are met, which are not and why, and which nobody could decide.
"""

from catalog_service.services.governance.checks import (
    Check,
    Quality,
    addressed,
    consumed,
    every,
    identified,
    kept,
    stated,
    telling,
    ways,
)

CHECKS: tuple[Check, ...] = (
    kept(
        Quality.DISCOVERABLE, "described",
        "Title, description and purpose tell a searcher what it is.",
        "Write a title, a description and a purpose.",
    ),
    kept(
        Quality.DISCOVERABLE, "discovery-port",
        "It can be asked about itself through a port of its own.",
        "Name a port with pm:discoveryPort.",
    ),
    Check(
        "keyword-given", Quality.DISCOVERABLE,
        "Its owner has chosen words by which it is found.",
        "Add words with dcat:keyword.",
        stated(lambda facts: facts.tagged, "a keyword"),
    ),
    kept(
        Quality.DISCOVERABLE, "owner-named",
        "Who finds it finds whom to ask.",
        "Name one owner with dprod:dataProductOwner.",
    ),
    kept(
        Quality.ADDRESSABLE, "versioned",
        "It has one lasting identifier and says which version it is.",
        "State dct:identifier and a semantic dcat:version.",
    ),
    kept(
        Quality.ADDRESSABLE, "port-addressable",
        "Every output port has an endpoint, a protocol and a dataset.",
        "State dcat:endpointURL, dprod:protocol and dcat:servesDataset on each output port.",
    ),
    Check(
        "endpoint-absolute", Quality.ADDRESSABLE,
        "Every endpoint is a whole address, which a program can open as it stands.",
        "Write each dcat:endpointURL with its scheme, such as https: or jdbc:.",
        every(addressed, "output ports", "have a whole address"),
    ),
    kept(
        Quality.UNDERSTANDABLE, "schema-declared",
        "Every dataset declares what its data means and how it is laid out.",
        "State dct:conformsTo and csvw:tableSchema on each dataset.",
    ),
    Check(
        "columns-described", Quality.UNDERSTANDABLE,
        "Every column is told in words.",
        "Write a dct:description for each column.",
        every(
            lambda facts: (facts.described, facts.columns),
            "columns", "are described",
        ),
    ),
    Check(
        "meaning-modelled", Quality.UNDERSTANDABLE,
        "Every dataset says which concepts of its domain it is about.",
        "Point from each dataset to a local concept with pm:about.",
        every(
            lambda facts: (sum(d.meant for d in facts.datasets), len(facts.datasets)),
            "datasets", "are about a local concept",
        ),
    ),
    kept(
        Quality.UNDERSTANDABLE, "lifecycle-status",
        "It says whether one may build on it.",
        "State one dprod:lifecycleStatus.",
    ),
    kept(
        Quality.TRUSTWORTHY, "slo-promised",
        "Every output port promises freshness and availability.",
        "State an objective for each with pm:slo.",
    ),
    kept(
        Quality.TRUSTWORTHY, "slo-measured",
        "What is promised is measured.",
        "Report a dqv:QualityMeasurement for each objective.",
    ),
    kept(
        Quality.TRUSTWORTHY, "slo-met",
        "What is promised is kept, by the latest measurements.",
        "Mend the product, or promise what it can keep.",
    ),
    Check(
        "origin-stated", Quality.TRUSTWORTHY,
        "It says where its data comes from.",
        "State what each input port reads with pm:readsFrom.",
        stated(lambda facts: facts.origin, "what it reads from"),
    ),
    kept(
        Quality.TRUSTWORTHY, "input-resolves",
        "What it reads from is known to the mesh.",
        "Point each input port at a published output port or a registered system.",
    ),
    Check(
        "observability-port", Quality.TRUSTWORTHY,
        "It can be watched while it runs.",
        "Name a port with pm:observabilityPort.",
        stated(lambda facts: facts.observed, "an observability port"),
    ),
    Check(
        "several-ways", Quality.NATIVELY_ACCESSIBLE,
        "Its data is served in more than one way, so that different tools read it natively.",
        "Serve it by another protocol, or in another media type.", ways,
    ),
    Check(
        "form-told", Quality.NATIVELY_ACCESSIBLE,
        "Every distribution says in which form it is.",
        "State dcat:mediaType on each distribution.",
        every(
            lambda facts: (sum(bool(form) for form in facts.forms.values()), len(facts.forms)),
            "distributions", "name a media type",
        ),
    ),
    Check(
        "dataset-served", Quality.NATIVELY_ACCESSIBLE,
        "Every dataset is served by an output port.",
        "Point to each dataset from a port with dcat:servesDataset.",
        every(
            lambda facts: (sum(d.served for d in facts.datasets), len(facts.datasets)),
            "datasets", "are served by an output port",
        ),
    ),
    kept(
        Quality.INTEROPERABLE, "same-semantic",
        "All forms of a dataset mean the same.",
        "Give each distribution the dct:conformsTo of its dataset.",
    ),
    Check(
        "standard-datatypes", Quality.INTEROPERABLE,
        "Every column has a datatype that every tool knows.",
        "State csvw:datatype as a datatype of XML Schema.",
        every(
            lambda facts: (facts.typed, facts.columns),
            "columns", "have a standard datatype",
        ),
    ),
    Check(
        "identity-bound", Quality.INTEROPERABLE,
        "Some column tells which thing of the mesh a row is about.",
        "Bind a column to a polyseme with pm:identifies.", identified,
    ),
    kept(
        Quality.INTEROPERABLE, "identity-path",
        "What identifies something leads to the global scheme.",
        "Use the global scheme, or serve a crosswalk or derive a key.",
    ),
    Check(
        "purpose-stated", Quality.VALUABLE_ON_ITS_OWN,
        "It says what it is good for.",
        "State dprod:purpose.",
        stated(lambda facts: facts.purposed, "its purpose"),
    ),
    Check(
        "content-of-its-own", Quality.VALUABLE_ON_ITS_OWN,
        "Every dataset says something by itself, beside identifying things.",
        "Serve at least one column that is no identifier.",
        every(
            telling,
            "datasets", "have a column that is no identifier",
        ),
    ),
    Check(
        "consumed", Quality.VALUABLE_ON_ITS_OWN,
        "Somebody uses it.",
        "Find a consumer, or ask whether the product is still wanted.", consumed,
    ),
    Check(
        "in-service", Quality.VALUABLE_ON_ITS_OWN,
        "It is in service.",
        "State the dprod:lifecycleStatus pm:Active once it serves data.",
        stated(lambda facts: facts.active, "that it is active"),
    ),
    kept(
        Quality.SECURE, "column-classified",
        "Every column has a level of the sensitivity ladder.",
        "State pm:sensitivity on each column.",
    ),
    kept(
        Quality.SECURE, "sensitivity-kept",
        "No level drops on the way from its sources without a protective measure.",
        "Raise the level, or state the measure that protects the column.",
    ),
    kept(
        Quality.SECURE, "sensitive-port-guarded",
        "What is confidential is served behind a policy and a security scheme.",
        "State odrl:hasPolicy and dprod:securitySchemaType on the port.",
    ),
    kept(
        Quality.SECURE, "personal-data-grounded",
        "Personal data has a legal basis, a purpose, a jurisdiction and a retention.",
        "State them on the dataset.",
    ),
    Check(
        "policy-stated", Quality.SECURE,
        "Every output port says who may use its data, for what.",
        "Attach a policy to each output port with odrl:hasPolicy.",
        every(
            lambda facts: (sum(p.governed for p in facts.ports.values()), len(facts.ports)),
            "output ports", "have a policy",
        ),
    ),
    Check(
        "control-port", Quality.SECURE,
        "Its policies can be set by machine.",
        "Name a port with pm:controlPort.",
        stated(lambda facts: facts.steered, "a control port"),
    ),
)  # fmt: skip
"""All checks, by quality, in the order in which they are told."""
