from benchmarks.table import Row
from dataclasses import dataclass
@dataclass
class Limits:
    a: object; b: object; c: object
def measure_growth(shop, limits): return []
