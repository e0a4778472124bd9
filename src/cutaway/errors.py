"""Every error Cutaway raises on purpose.

```
CutawayError                 one sentence: what was wanted, what came, what to do
├── ModelError               a model file cannot be opened
│   ├── UnknownFormat        no loader recognizes the file
│   ├── BrokenFile           empty, truncated or inconsistent
│   ├── RefusedFile          opening it would execute code or leave its folder
│   ├── MissingPackage       the format needs a package that is not installed
│   └── UnsupportedModel     recognized, but something in it is not supported
├── InputError               what was fed does not fit the model, or is no image
├── RunError                 the engine failed before any tensor was captured
├── Cancelled                the user stopped the run
├── UnknownKey               no such model, trace, value, level or page
├── WorkerEnded              the process holding the model is gone
└── AddressInUse             the port is taken
```

On the command line each ends in exit status 2; in the page it becomes a message.
"""

from __future__ import annotations


class CutawayError(Exception):
    """One sentence for the user: what was wanted, what came, what to do."""


class ModelError(CutawayError):
    """A model file cannot be opened."""


class UnknownFormat(ModelError):
    """No loader recognizes the file."""


class BrokenFile(ModelError):
    """The file is missing, empty, truncated or inconsistent."""


class RefusedFile(ModelError):
    """Opening the file would execute code from it or read outside its folder."""


class MissingPackage(ModelError):
    """The format needs a package that is not installed; the message has the pip line."""


class UnsupportedModel(ModelError):
    """The file is recognized, but something in it is not supported."""


class InputError(CutawayError):
    """What was fed does not fit the model, or cannot be read."""


class RunError(CutawayError):
    """The engine failed before any tensor was captured."""


class Cancelled(CutawayError):
    """The user stopped the run."""


class UnknownKey(CutawayError):
    """No such model, trace, value, level or page."""


class WorkerEnded(CutawayError):
    """The process that held the model is gone."""


class AddressInUse(CutawayError):
    """The port to serve on is taken."""


BY_NAME: dict[str, type[CutawayError]] = {
    kind.__name__: kind
    for kind in (
        CutawayError,
        ModelError,
        UnknownFormat,
        BrokenFile,
        RefusedFile,
        MissingPackage,
        UnsupportedModel,
        InputError,
        RunError,
        Cancelled,
        UnknownKey,
        WorkerEnded,
        AddressInUse,
    )
}
"""Class by class name, so that an error keeps its kind across a process border."""
