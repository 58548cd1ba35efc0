"""Changing the sample rate of whole recordings. Not for live frames: its filters hold back up to 60 ms."""

import numpy as np
import soxr

from streams.audio.mulaw import Samples


def resample(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """The same sound at another rate, band-limited so that nothing folds back as a false tone."""
    changed = soxr.resample(samples.astype(np.float32), from_rate, to_rate, quality="HQ")
    return np.asarray(np.clip(np.rint(changed), -32768, 32767), dtype=np.int16)
