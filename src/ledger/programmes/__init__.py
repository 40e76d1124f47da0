"""The programme files that come with the package; `ledger.domain.programmes` reads them."""
