"""How bytes and numbers stand in a proof's JSON."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class Hex:
    """So many bytes as 0x and lower-case hex digits."""

    size: int

    def read(self, text: str) -> bytes:
        """The bytes. Raises ValueError."""
        if len(text) == 2 + 2 * self.size:
            raw = bytes.fromhex(text[2:])
            if self.write(raw) == text:
                return raw
        raise ValueError(f"not 0x and {2 * self.size} lower-case hex digits")

    def write(self, raw: bytes) -> str:
        """The text."""
        return f"0x{raw.hex()}"

    def describe(self) -> dict[str, Any]:
        """As JSON schema."""
        return {"type": "string", "pattern": f"^0x[0-9a-f]{{{2 * self.size}}}$"}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _bytes_as_text(self)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.describe()


@dataclass(frozen=True, slots=True)
class Base64Url:
    """1 to `most` bytes in base64url without padding (RFC 4648, section 5)."""

    most: int

    def read(self, text: str) -> bytes:
        """The bytes. Raises ValueError."""
        if 0 < len(text) <= self._digits and text.isascii():
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if self.write(raw) == text:  # else there would be several ways to write the same bytes
                return raw
        raise ValueError(f"not base64url of 1 to {self.most} bytes without padding")

    def write(self, raw: bytes) -> str:
        """The text."""
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    def describe(self) -> dict[str, Any]:
        """As JSON schema."""
        return {
            "type": "string",
            "contentEncoding": "base64url",
            "pattern": "^[A-Za-z0-9_-]+$",
            "maxLength": self._digits,
        }

    @property
    def _digits(self) -> int:
        return -(-self.most * 4 // 3)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _bytes_as_text(self)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.describe()


def _bytes_as_text(form: Hex | Base64Url) -> CoreSchema:
    return core_schema.json_or_python_schema(
        json_schema=core_schema.no_info_after_validator_function(
            form.read, core_schema.str_schema(strict=True)
        ),
        python_schema=core_schema.bytes_schema(strict=True),
        serialization=core_schema.plain_serializer_function_ser_schema(form.write),
    )


Bytes32 = Annotated[bytes, Hex(32)]
Signature = Annotated[bytes, Hex(65)]
Number = Annotated[int, Field(ge=0, lt=1 << 48)]
Time = Annotated[int, Field(ge=0, lt=1 << 40)]
Organisation = Annotated[int, Field(ge=0, lt=1 << 20)]
