from streams.limits import KEYS_PER_SECOND, MAX_MESSAGE_BYTES, MAX_UNUSABLE, Close, FrameLimits, KeyLimit


def send(limits, *, frames, every, size=400):
    codes = [limits.admit(size, n * every) for n in range(frames)]
    return next((code for code in codes if code), None)


def test_an_ordinary_stream_is_welcome_for_as_long_as_it_lasts():
    assert send(FrameLimits(), frames=50 * 3600, every=0.02) is None


def test_a_stall_of_five_seconds_may_arrive_all_at_once():
    limits = FrameLimits()
    assert send(limits, frames=250, every=0.0) is None


def test_a_flood_is_closed():
    assert send(FrameLimits(), frames=5000, every=0.0002) == Close.TOO_FAST


def test_few_but_huge_messages_are_closed_too():
    assert send(FrameLimits(), frames=60, every=0.02, size=60_000) == Close.TOO_FAST


def test_a_message_over_the_carriers_own_limit_is_refused():
    assert FrameLimits().admit(MAX_MESSAGE_BYTES + 1, 0.0) == Close.TOO_LARGE


def test_some_unusable_frames_are_borne_and_many_are_not():
    limits = FrameLimits()
    codes = [limits.refuse() for _ in range(MAX_UNUSABLE)]
    assert codes == [None] * (MAX_UNUSABLE - 1) + [Close.TOO_MANY_UNUSABLE]


def test_keys_that_fingers_press_are_taken_and_a_flood_of_them_is_passed_over():
    limit = KeyLimit()
    assert [limit.admit(n / 5) for n in range(50)] == [True] * 50
    assert [limit.admit(100.0) for _ in range(KEYS_PER_SECOND + 2)] == [True] * KEYS_PER_SECOND + [False] * 2
    assert limit.admit(101.0)
