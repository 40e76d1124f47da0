"""What the contracts refuse, as they refuse it: the same errors, checked in the same order.

The order is that of the numbered lists in contracts/src/interfaces. A refusal is a value, not an exception:
a submitter leaves the entry out, a replay reports it, a form shows it.
"""

from ledger.domain.rules.anchors import check_tree_head
from ledger.domain.rules.authority import Authority, check_authority
from ledger.domain.rules.certification import check_certification, check_certification_batch
from ledger.domain.rules.consent import check_consent, check_consent_batch
from ledger.domain.rules.refusal import Refusal

__all__ = [
    "Authority",
    "Refusal",
    "check_authority",
    "check_certification",
    "check_certification_batch",
    "check_consent",
    "check_consent_batch",
    "check_tree_head",
]
