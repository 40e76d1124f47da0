"""The city's rosters, one file per community, in the mixed forms that communities keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from ledger.domain.divisions import Community
from ledger.domain.roster.person import RosterPerson
from ledger.services.demo_city.communities import demo_communities
from ledger.services.demo_city.layouts import LAYOUTS, Layout, Value
from ledger.services.demo_city.people import AS_OF, City

_BAND = 80


def write_rosters(city: City, directory: Path) -> list[Path]:
    """Writes `<community code>.xlsx` or `.csv` for every community with people; returns the files in code
    order."""
    directory.mkdir(parents=True, exist_ok=True)
    communities = {community.code: community for community in demo_communities()}
    paths = []
    for position, community in enumerate(demo_communities()):
        people = city.of(community)
        if not people:
            continue
        layout = LAYOUTS[position % len(LAYOUTS)]
        rows = [[write(person, communities) for write in layout.columns.values()] for person in people]
        path = directory / f"{community.code}.{'csv' if layout.encoding else 'xlsx'}"
        path.write_bytes(_csv(layout, rows) if layout.encoding else _xlsx(layout, community, people, rows))
        paths.append(path)
    return paths


def _csv(layout: Layout, rows: list[list[Value]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["序号", *layout.columns])
    writer.writerows([number, *row] for number, row in enumerate(rows, start=1))
    return buffer.getvalue().encode(layout.encoding or "utf-8")


def _xlsx(layout: Layout, community: Community, people: list[RosterPerson], rows: list[list[Value]]) -> bytes:
    workbook = Workbook(write_only=True)
    for title, chosen in _sheets(layout, people, rows).items():
        sheet = workbook.create_sheet(title)
        if layout.title:
            sheet.append([f"{community.street}{community.name}60岁以上老年人花名册"])
            sheet.append([f"填报单位：{community.name}", None, None, f"填报日期：{AS_OF:%Y-%m-%d}"])
        sheet.append(["序号", *layout.columns])
        for number, row in enumerate(chosen, start=1):
            sheet.append([number, *(value or None for value in row)])
        if layout.title:
            sheet.append(["合计", f"{len(chosen)}人"])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _sheets(
    layout: Layout, people: Iterable[RosterPerson], rows: list[list[Value]]
) -> dict[str, list[list[Value]]]:
    if not layout.by_age:
        return {"花名册": rows}
    sheets: dict[str, list[list[Value]]] = {"60至79岁": [], "80岁以上": []}
    for person, row in zip(people, rows, strict=True):
        is_older = person.birth_date <= AS_OF.replace(year=AS_OF.year - _BAND)
        sheets["80岁以上" if is_older else "60至79岁"].append(row)
    return sheets
