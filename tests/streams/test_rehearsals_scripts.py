"""The phone's pure scripts, held against the Python that plays the same part: the tables of mu-law, and the frames."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from streams.audio import mulaw
from streams.carriers.carrier import KeyPressed, MarkReached
from streams.carriers.plivo import PlivoCodec
from streams.phone.formats import Format
from streams.phone.frames import Framer
from streams.phone.profile import Profile

SCRIPTS = Path(__file__).resolve().parents[2] / "streams/static/streams/phone"
NODE = shutil.which("node") or ""
pytestmark = pytest.mark.skipif(not NODE, reason="node is not installed")
CALL, STREAM = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10", "b1a2c3d4-1111-4222-8333-444455556666"


def run(program):
    """What the program, which may import the phone's scripts, gives with `tell`."""
    whole = f"""
        import * as mulaw from "{(SCRIPTS / "mulaw.js").as_uri()}";
        import * as frames from "{(SCRIPTS / "frames.js").as_uri()}";
        const tell = (told) => console.log(JSON.stringify(told));
        {program}"""
    done = subprocess.run(
        [NODE, "--no-warnings", "--experimental-default-type=module", "--input-type=module", "-e", whole],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_tables_are_those_of_the_line():
    told = run("""tell({
        decoded: [...mulaw.decode(Uint8Array.from({length: 256}, (_, byte) => byte))].map((x) => x * 32768),
        encoded: [...mulaw.encode(Array.from({length: 65535}, (_, place) => (place - 32767) / 32767))],
    })""")
    assert told["decoded"] == mulaw.decode(bytes(range(256))).tolist()
    every = np.arange(-32767, 32768, dtype=np.int32).astype(np.int16)
    assert bytes(told["encoded"]) == mulaw.encode(every)


def test_the_frames_are_those_of_the_carrier():
    told = run(f"""
        const quiet = new Uint8Array(160).fill(mulaw.SILENCE);
        const framer = new frames.Framer("{STREAM}", () => 20);
        tell([framer.start("{CALL}"), framer.media(quiet), framer.media(quiet),
              framer.dtmf("5"), framer.played("turn-7"), framer.cleared()].map((frame) => JSON.parse(frame)))""")
    ours = Framer(Profile(extra_headers="absent"), stream_id=STREAM, began_ms=0)
    assert told == [
        ours.start(call_id=CALL, account_id="browser", tracks=["inbound"], audio=Format()),
        ours.media(mulaw.silence(20), now_ms=20),
        ours.media(mulaw.silence(20), now_ms=20),
        ours.dtmf("5", now_ms=20),
        ours.played("turn-7"),
        ours.cleared(),
    ]
    codec = PlivoCodec()
    said = [codec.decode(json.dumps(frame)) for frame in told]
    assert said[3] == KeyPressed(digit="5")
    assert said[4] == MarkReached(name="turn-7")
