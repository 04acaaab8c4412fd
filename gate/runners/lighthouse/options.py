"""The keys of a Lighthouse budget: pages to load, flows to run, and how."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from gate.seams.runner import Options

INTERACTIONS = ("click", "type", "press")
_PLACE = re.compile(r"(/|https?://[^/\s]+)\S*")
_ORIGIN = re.compile(r"https?://[^/\s]+\S*")


def _a_place(value: str) -> str:
    if not _PLACE.fullmatch(value):
        msg = f"expected a path that begins with / or an http(s) URL, got {value!r}"
        raise ValueError(msg)
    return value


def _an_origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        msg = f"expected an http(s) URL, got {value!r}"
        raise ValueError(msg)
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.*_-]{1,253}$")]
Place = Annotated[Text, AfterValidator(_a_place)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PageOptions(_Part):
    """An address, and where loading it ends if it redirects on purpose."""

    url: Place
    lands_on: Place | None = None


def _from_text(value: object) -> object:
    return {"url": _a_place(value)} if isinstance(value, str) else value


# Written as an address, or as a mapping where there is more to say.
Page = Annotated[PageOptions, BeforeValidator(_from_text, json_schema_input_type=str | PageOptions)]


class Step(_Part):
    """One step of a flow, a mapping with one key. `type` maps a selector to the text to type."""

    goto: Page | None = None
    click: Text | None = None
    type: Annotated[dict[Text, Text], Field(min_length=1, max_length=1)] | None = None
    press: Text | None = None
    wait_for: Text | None = None
    scroll: int | None = None

    @property
    def kind(self) -> str:
        """The step's one key."""
        return next(iter(self.model_fields_set))

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            known = ", ".join(Step.model_fields)
            msg = f"a step is a mapping with one key of: {known}"
            raise ValueError(msg)
        return self


def _a_flow(steps: list[Step]) -> list[Step]:
    kinds = [step.kind for step in steps]
    if kinds[0] != "goto":
        msg = f"a flow begins with `goto:`, this one with `{kinds[0]}:`"
        raise ValueError(msg)
    if not set(kinds) & set(INTERACTIONS):
        msg = f"a flow interacts with the page; it needs one of: {', '.join(INTERACTIONS)}"
        raise ValueError(msg)
    return steps


Flow = Annotated[list[Step], Field(min_length=1, max_length=200), AfterValidator(_a_flow)]


class LighthouseOptions(Options):
    """What to load and how.

    A script, style, image, font or frame that fails to load fails its page, unless it `may_fail`:
    a page that lost a part of itself is fast. On loopback no other host is reached than `hosts`.
    """

    pages: dict[Name, Page] = Field(default={}, description="name to path or URL of each page")
    flows: dict[Name, Flow] = Field(default={}, description="name to the steps of each flow")
    base: Annotated[Text, AfterValidator(_an_origin)] | None = Field(
        default=None, description="what paths are relative to; else the one URL of the service"
    )
    form_factor: Literal["mobile", "desktop"] | None = Field(
        default=None, description="the emulated device; mobile unless said"
    )
    throttling: Literal["simulate", "devtools", "provided"] | None = Field(
        default=None, description="how network and CPU are slowed down; simulate unless said"
    )
    collect: Literal["direct", "lhci"] = Field(
        default="direct", description="who drives Lighthouse: the gate, or Lighthouse CI"
    )
    lighthouserc: Text | None = Field(
        default=None, description="whose ci.collect.settings Lighthouse CI uses"
    )
    headers: dict[Name, str] = Field(default={}, description="sent with every request; secret")
    hosts: list[Host] = Field(
        default=[], description='hosts reached besides the pages\' own; "*" is every host'
    )
    may_fail: list[Text] = Field(
        default=[], description="globs of the URLs of parts that a page may go without"
    )
    chrome: Text | None = Field(default=None, description="the browser to use: a path or a name")

    @model_validator(mode="after")
    def _together(self) -> Self:
        problem = self._problem()
        if problem:
            raise ValueError(problem)
        return self

    def _problem(self) -> str:
        if not self.pages and not self.flows:
            return "name at least one page under `pages:` or one flow under `flows:`"
        if self.collect == "lhci" and self.flows:
            return "Lighthouse CI runs no flows, so it has no inp; use `collect: direct`"
        if self.lighthouserc and self.collect != "lhci":
            return "`lighthouserc:` is read with `collect: lhci` only"
        if self.lighthouserc and (self.form_factor or self.throttling):
            return "form_factor and throttling are settings of the lighthouserc; say them there"
        return ""
