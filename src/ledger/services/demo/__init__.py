"""The demonstration: users, a city of synthetic people, and a year of what happened to them."""

from ledger.services.demo.load import Demonstration, DemonstrationReport
from ledger.services.demo.users import DemonstrationUser, read_users

__all__ = ["Demonstration", "DemonstrationReport", "DemonstrationUser", "read_users"]
