"""What can go wrong, as one tree: every class tells its catcher what to do next.

```
CatalogError                  .hint says what to do; .slug is the type of the problem
├── InvalidRequest      400   the caller mends the request
│   ├── InvalidIri
│   ├── UnknownFormat
│   ├── QuerySyntax           carries line and column
│   ├── Refused               a question without an answer to trust; carries code and facts
│   └── LimitExceeded         names the limit
├── Forbidden           403
│   └── ServiceNotAllowed
├── NotFound            404
├── Conflict            409
│   ├── HomeInUse             another process writes to this home
│   └── PreconditionFailed 412 it has changed since the caller looked
├── SourceFault           -   stays inside a harvest
│   ├── Unreadable            skip this file, report it
│   └── Misconfigured         stop: the setting is wrong
└── Unavailable         503   try again later
    ├── QueryTimeout
    ├── MemoryLimit
    ├── HarvesterUnavailable
    ├── SourceUnavailable     names the port and product whose data cannot be read
    └── JournalDamaged        restore from backup; never guessed
```

That a product does not conform is no error: it is a `Verdict`.
"""

import re


class CatalogError(Exception):
    """Anything Polyseme raises on purpose.

    Args:
        message: what is wrong, in one sentence that names the thing at fault.
        hint: what the reader can do about it; empty where there is nothing to do.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def slug(self) -> str:
        """The kebab-case name of the class, which is the type of the problem in every answer."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class InvalidRequest(CatalogError):
    """What was asked cannot be answered as asked; the caller mends it."""


class InvalidIri(InvalidRequest):
    """A text that should be an absolute IRI is none."""


class UnknownFormat(InvalidRequest):
    """A format was asked for that there is not."""


class QuerySyntax(InvalidRequest):
    """A query that does not parse.

    Args:
        message: the parser's own complaint.
        line: where, counted from 1; 0 where the parser does not say.
        column: where in the line, counted from 1; 0 where the parser does not say.
        hint: what to do.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


class LimitExceeded(InvalidRequest):
    """A request is larger, deeper or longer than the limit it names.

    Args:
        message: the sentence, with the figure allowed.
        limit: the name of the limit, such as `query-bytes`.
        hint: what to do.
    """

    def __init__(self, message: str, *, limit: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.limit = limit


class Refused(InvalidRequest):
    """A question across products that has no answer that can be trusted.

    Args:
        message: what stands in the way.
        code: the name of the check that refuses it, in kebab-case.
        because: the statements of the graph at fault, each as one line of N-Triples.
        hint: what to do.
    """

    def __init__(
        self, message: str, *, code: str, because: tuple[str, ...] = (), hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.because = because

    @property
    def slug(self) -> str:
        """The type of the problem: a product may be refused as well."""
        return "question-refused"


class Forbidden(CatalogError):
    """The caller may not do this."""


class ServiceNotAllowed(Forbidden):
    """A query asks the server to reach into the network (SERVICE, LOAD) or to change something."""


class NotFound(CatalogError):
    """There is no such thing, or none that the caller may see."""


class Conflict(CatalogError):
    """The state of the catalog does not allow this now."""


class HomeInUse(Conflict):
    """Another process writes to this home; only one may."""


class PreconditionFailed(Conflict):
    """What is to be changed is not as the caller last saw it: look at it again, then decide."""


class SourceFault(CatalogError):
    """A source could not be read as asked; it stays inside the harvest that meets it."""


class Unreadable(SourceFault):
    """One document cannot be read: it is skipped and reported, the others go on.

    Args:
        message: what is wrong with it.
        line: where, counted from 1; 0 for the document as a whole.
        column: where in the line, counted from 1; 0 for the line as a whole.
        hint: what to do.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


class Misconfigured(SourceFault):
    """A setting is wrong, so that going on would do the wrong thing."""


class Unavailable(CatalogError):
    """This cannot be done now; later it may."""


class QueryTimeout(Unavailable):
    """A query took longer than it may and was stopped."""


class MemoryLimit(Unavailable):
    """A query needed more memory than it may have and was stopped."""


class HarvesterUnavailable(Unavailable):
    """A harvester is registered and cannot be loaded."""


class SourceUnavailable(Unavailable):
    """The data behind a port cannot be read now; port and product are named.

    Args:
        message: what cannot be read, without the engine's own words: they quote values and paths.
        product: the product, as IRI.
        port: the port, as IRI.
        hint: what to do.
    """

    def __init__(self, message: str, *, product: str, port: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.product = product
        self.port = port


class JournalDamaged(Unavailable):
    """A row of the journal is not what was written; it is named, and never guessed."""
