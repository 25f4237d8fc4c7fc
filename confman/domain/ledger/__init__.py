"""The ledger: how places are given. `settle` is its one rule; the rest of the package is what it reads and answers."""

from confman.domain.ledger.settle import settle

__all__ = ["settle"]
