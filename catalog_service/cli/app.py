"""The verbs, what is common to them, and how a run ends."""

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import App, CycloptsError, Parameter, UnknownCommandError

from catalog_service import __version__
from catalog_service.cli.exits import BROKEN_PIPE, FINE, INTERRUPTED, UNCHECKED, USAGE, of
from catalog_service.cli.output import plain
from catalog_service.cli.session import Session
from catalog_service.errors import CatalogError, QuerySyntax, Unreadable


class Verb(NamedTuple):
    """One verb: the module and function of its name do it."""

    usage: str
    help: str


VERBS = {
    "init": Verb(
        "init [PATH] [--from dbt|odcs|duckdb]",
        "Scaffold a data product: descriptor, contract, CI file.",
    ),
    "harvest": Verb(
        "harvest PATH… [--kind KIND] [--domain IRI] [--dry-run] [--output FORMAT:PATH]…",
        "Read, check, publish what conforms, quarantine the rest.",
    ),
    "validate": Verb(
        "validate [PATH…] [--against DIR|URL] [--baseline REF|FILE] [--fail-on warning|violation]"
        " [--waivers FILE] [--standards DIR] [--output FORMAT:PATH]…",
        "Run the gate over files; publish nothing.",
    ),
    "plan": Verb(
        "plan [PATH…] [--against DIR|URL] [--fail-on breaking|any] [--output FORMAT:PATH]…",
        "Tell what publishing files would change, what breaks, and for whom.",
    ),
    "publish": Verb(
        "publish PATH… [--to URL] [--idempotency-key KEY]",
        "Publish a team's own products: all of them, or none where one is refused.",
    ),
    "search": Verb(
        "search [WORDS…] [--kind KIND] [--domain D] [--polyseme P] [--explain]",
        "Find products, domains, polysemes, standards and columns.",
    ),
    "show": Verb(
        "show [IRI|NAME] [--as table|ttl|jsonld|nt]",
        "Tell what is known of one thing, or the mesh.",
    ),
    "lineage": Verb(
        "lineage IRI|NAME [--up N] [--down N] [--grain product|port|column]",
        "Trace what a thing came from, and what came from it.",
    ),
    "export": Verb(
        "export [IRI|NAME] [--as ttl|jsonld|nt|nq|dcat|dprod|odps|odcs|backstage] [--into DIR]",
        "Write a product, a domain or the catalog in the words of other standards.",
    ),
    "query": Verb(
        "query [FILE|-] [--timeout SECONDS] [--data --purpose P]",
        "Ask the metadata in SPARQL, or the data behind ports.",
    ),
    "correlate": Verb(
        "correlate POLYSEME [PRODUCT…] --measure M [--by DIMENSION] [--during PERIOD]"
        " --purpose P [--explain | --sql]",
        "Ask one question across products, answered from their data.",
    ),
    "explain": Verb("explain STANDARD | --all", "Say why a standard is there, and how to meet it."),
    "standards": Verb(
        "standards list|test DIR|diff [OLD] NEW [--against DIR|URL] [--on DAY]",
        "List standards, prove them by their examples, see whom a change would break.",
    ),
    "waive": Verb(
        "waive STANDARD PRODUCT --reason TEXT --until DAY [--granted-by IRI]",
        "Write a waiver as a decision, to be reviewed and harvested.",
    ),
    "token": Verb(
        "token create DOMAIN [--product IRI] [--days N] [--note TEXT] | list | revoke ID",
        "Make, list and take back the tokens that pipelines publish with.",
    ),
    "sweep": Verb(
        "sweep [--full] [--no-recover] [--fail-on warning|violation] [--output FORMAT:PATH]…",
        "Judge all that is published anew, and recover what fell out.",
    ),
    "findings": Verb(
        "findings [--state S]… [--standard S]… [--domain D]… [--owner O]… [--product P]…"
        " [--since DAY] [--first N]",
        "List findings over time: open, waived, recovering or closed, and since when.",
    ),
    "serve": Verb("serve [--host HOST] [--port PORT]", "Serve the catalog over HTTP."),
    "rebuild": Verb("rebuild", "Make the graph and the search index anew from the journal."),
    "version": Verb("version", "Print the version."),
}
"""Every verb, in the order in which people meet them."""

app = App(
    name="polyseme",
    help="A data-mesh catalog in which the knowledge graph is the product.",
    version=f"polyseme {__version__}",
    version_flags=["--version"],
    default_parameter=Parameter(negative=(), show_default=False),
    print_error=False,
    exit_on_error=False,
    result_action="return_value",
)
app.meta.suppress_keyboard_interrupt = False  # `run` decides how a run ends
for _name, _verb in VERBS.items():
    app.command(
        f"catalog_service.cli.{_name}:{_name}",
        name=_name,
        help=_verb.help,
        usage=f"Usage: polyseme {_verb.usage} [OPTIONS]",
    )


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    home: Annotated[
        Path | None, Parameter(help="The data directory; .polyseme by default.")
    ] = None,
    format: Annotated[  # noqa: A002 - what the option is called
        str, Parameter(help="text (the default), json, or what else the verb writes.")
    ] = "text",
    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"), help="Say less.")] = False,
    verbose: Annotated[bool, Parameter(name=("--verbose", "-v"), help="Say more.")] = False,
    no_color: Annotated[bool, Parameter(name="--no-color", help="Print without colours.")] = False,
) -> int:
    session = Session(home, format, quiet=quiet, verbose=verbose, color=not no_color)
    if tokens[:1] == ("query",):  # a bare hyphen is no option: it is where a query is read from
        tokens = tuple(part for part in tokens if part != "-")
    command, bound, ignored = app.parse_args(tokens)
    given = {"session": session} if "session" in ignored else {}
    code = command(*bound.args, **bound.kwargs, **given)
    return code if isinstance(code, int) else FINE


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code.

    Whatever happens, the person at the terminal reads one sentence and what to do, and no traceback
    unless they asked for it with `-v`.
    """
    try:
        code = app.meta(list(arguments), result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as fault:
        return _misused(fault, arguments)
    except CatalogError as fault:
        _told(_located(fault), f"hint: {fault.hint}" if fault.hint else "")
        return of(fault)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as fault:  # noqa: BLE001 - the outermost edge: a fault of ours, told as one
        return _broken(fault, verbose=bool({"-v", "--verbose"} & set(arguments)))
    return code if isinstance(code, int) else FINE


def _misused(fault: CycloptsError, arguments: Sequence[str]) -> int:
    if isinstance(fault, UnknownCommandError):
        _told(_no_verb((fault.unused_tokens or [""])[0]), f"usage: polyseme {_usage(())}")
    else:
        _told(_sentence(str(fault)), f"usage: polyseme {_usage(arguments)}")
    return USAGE


def _broken(fault: Exception, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(fault)
    _told(
        f"a fault of ours: {type(fault).__name__}: {fault}",
        "hint: run it again with -v and report what it prints",
    )
    return UNCHECKED


def _told(message: str, more: str) -> None:
    print(f"polyseme: {plain(message)}", file=sys.stderr)
    if more:
        print(plain(more), file=sys.stderr)


def _located(fault: CatalogError) -> str:
    if isinstance(fault, QuerySyntax | Unreadable) and fault.line:
        return f"line {fault.line}, column {fault.column}: {fault.message}"
    return fault.message


def _no_verb(word: str) -> str:
    close = get_close_matches(word, VERBS, n=1)
    return f"there is no verb {word!r}" + (f"; did you mean {close[0]}?" if close else "")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].lower() + text[1:].removesuffix(".")


def _usage(arguments: Sequence[str]) -> str:
    verb = next((VERBS[argument] for argument in arguments if argument in VERBS), None)
    return f"{verb.usage} [OPTIONS]" if verb else f"{'|'.join(VERBS)} [OPTIONS]"
