"""What handlers are given: the running parts of one node, made in `app` and nowhere else."""

from dataclasses import dataclass

from confman.http.cached import PageCache
from confman.http.limits import Tries
from confman.kernel.clock import Clock
from confman.kernel.passwords import Stretching
from confman.kernel.security import Secrets
from confman.kernel.settings import Settings
from confman.usecases.clerk import Clerk
from confman.usecases.events import Catalogue
from confman.usecases.feeds import Feeds
from confman.usecases.shelf import Shelves
from confman.usecases.work import Work


@dataclass(frozen=True)
class Node:
    settings: Settings
    clock: Clock
    work: Work
    clerk: Clerk
    catalogue: Catalogue
    feeds: Feeds
    pages: PageCache
    shelves: Shelves
    secrets: Secrets
    tries: Tries
    stretching: Stretching
