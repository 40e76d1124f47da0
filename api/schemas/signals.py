"""Bodies of signals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationError

from api.schemas.base import Body, Code, ShortText
from ledger.domain.seamless.manifest import MOST_LINES, Manifest
from ledger.errors import BadInput

_Month = Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", examples=["2026-09"])]
_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignalManifest(Body):
    """What a department says about a delivery: how many lines, their root, and which months."""

    department: Code
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """The department's own name of the delivery."""
    lines: Annotated[int, Field(ge=0, le=MOST_LINES)]
    root: _Hex32
    """RFC 6962 root over HMAC-SHA256(nonce, line) of each line in order, without line breaks and heading."""
    nonce: _Hex32
    first_month: _Month
    last_month: _Month
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{130}$")] | None = None
    """Of the EIP-712 SignalManifest by a key of the department; without one this service's own key of the
    department signs, if it holds one."""

    def manifest(self) -> Manifest:
        """As the use case takes it."""
        return Manifest(
            department=self.department,
            reference=self.reference,
            lines=self.lines,
            root=bytes.fromhex(self.root),
            nonce=bytes.fromhex(self.nonce),
            first_month=int(self.first_month.replace("-", "")),
            last_month=int(self.last_month.replace("-", "")),
        )


def parse_manifest(text: str) -> SignalManifest:
    """The manifest as a form's field holds it. Raises BadInput `signal.manifest_malformed`."""
    try:
        return SignalManifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput("signal.manifest_malformed", problem=f"{where} {first['msg']}".strip()) from error


class NewFlow(Body):
    """That a department reports a kind, its entry in the catalogue of shared data and its legal basis."""

    department: Code
    kind: Code
    catalogue_entry: ShortText
    legal_reference: ShortText


class Dismissal(Body):
    """What will not be sent again."""

    ids: Annotated[list[Annotated[int, Field(ge=1, lt=1 << 53)]], Field(min_length=1, max_length=1_000)]
