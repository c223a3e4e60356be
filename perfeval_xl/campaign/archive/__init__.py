"""A year sealed for good in one file: what lies in it, the list that people read, and how it is opened again."""

from perfeval_xl.campaign.archive.sealing import Sealed, noted, open_sealed, seal, verified

__all__ = ["Sealed", "noted", "open_sealed", "seal", "verified"]
