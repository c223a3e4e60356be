"""Who owes what: the reporting table and the list of those to be called, as the bureau keeps them."""

from perfeval_xl.campaign.status.book import chase_book, tracking_book
from perfeval_xl.campaign.status.lines import Line, counts, headline, is_open, lines, owing, reckoned

__all__ = ["Line", "chase_book", "counts", "headline", "is_open", "lines", "owing", "reckoned", "tracking_book"]
