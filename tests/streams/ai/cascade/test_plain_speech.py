import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.cascade.plain_speech import plain


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**Sure!** We *do* that.", "Sure! We do that."),
        ("## Hours\n- Monday\n* Tuesday\n• Friday", "Hours Monday Tuesday Friday"),
        ("See [our page](https://example.com/a?b=c) for it.", "See our page for it."),
        ("Go to https://example.com/x. Or www.example.com, please.", "Go to Or please."),
        ("<speak>Hi<break time='9s'/> there</speak>", "Hi there"),
        ("<<b>break time='9s'/> Hi", "break time='9s'/ Hi"),
        ("Great 🎉👩‍👩‍👧 news ☎️!", "Great news!"),
        ("[laughs] Hello [[hEl'oU]]", "Hello"),
        ("Press * or # now.", "Press * or # now."),
        ("`code` and ~~gone~~ _really_", "code and gone really"),
        ("Write to john_doe@example.com.", "Write to john_doe@example.com."),
        ("It is $1,200.50, or 20 % off at 5°.", "It is $1,200.50, or 20 % off at 5°."),
        ("Wait…\x00\u200b now\ud800.", "Wait… now."),
        ("1️⃣ First", "1 First"),
        ("日本語です。", "日本語です。"),
        ("می‌خواهم", "می‌خواهم"),
        ("---", ""),
        ("“…!?”", ""),
        ("", ""),
    ],
)
def test_only_what_can_be_spoken_is_left(written, spoken):
    assert plain(written) == spoken


@given(
    st.text(max_size=300)
    | st.text(alphabet=st.sampled_from("<>[]()*_#`|-~/!ab:. \nhttps"), max_size=120)
    | st.lists(st.sampled_from(["<speak>", "</", "[", "]", "](", "http://", "x", "**", "\n- ", "_", "🎉", " "])).map(
        "".join
    )
)
def test_nothing_is_left_that_a_voice_could_take_for_a_command(text):
    spoken = plain(text)
    assert plain(spoken) == spoken
    assert not set(spoken) & set("<>[]{}`|\\\n")
    assert "http://" not in spoken


@given(st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=50))
def test_words_are_never_touched(word):
    assert plain(f"Say {word} now.").replace(" ", "")[3:-4] == plain(word)


def test_nesting_takes_no_long_time():
    began = time.thread_time()
    plain("[" * 4000 + "]" * 4000)
    plain("<" * 4000 + "b" + ">" * 4000)
    plain("_*" * 4000)
    assert time.thread_time() - began < 1
