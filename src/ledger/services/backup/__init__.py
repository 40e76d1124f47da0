"""Backup of an installation into one archive, its vault into another, and the way back.

The archives are apart because together they open everything: whoever keeps the first needs no key, whoever
keeps the second sees no record. Neither holds the vault's passphrase.
"""

from ledger.services.backup.back_up import BackedUp, back_up
from ledger.services.backup.restore import restore

__all__ = ["BackedUp", "back_up", "restore"]
