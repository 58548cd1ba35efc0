"""What the scripted assistant says, in words only."""

from hypothesis import given
from hypothesis import strategies as st

from flows.engine.commands import AgentOutcome, KnownAnswer
from streams.ai.local.script import ANYTHING_ELSE, GIVING_UP, GOODBYE, INTRODUCTION, WELCOME, Reply, Script
from streams.ai.provider import AgentBrief

HOURS = KnownAnswer(question="opening hours| when are you open |", answer="We are open from nine to five.")
WARRANTY = KnownAnswer(question="warranty|how long is the warranty", answer="Three years.")
PERSON = AgentOutcome(name="person", label="the caller asked for a person", phrases=("agent", "operator"))
GIVE_UP = AgentOutcome(name="could-not-help")
QUOTE = AgentOutcome(name="wants-quote", phrases=("a quote", "price offer"))
SOLVED = AgentOutcome(name="solved")


def script(*outcomes, knowledge=(HOURS, WARRANTY), **brief):
    return Script(AgentBrief(knowledge=knowledge, outcomes=(*outcomes, PERSON, GIVE_UP), **brief))


def say(talk, *texts):
    """The last reply to these texts."""
    return [talk.hear(text, 0.9 if text else 0.0) for text in texts][-1]


def test_its_first_words_say_what_it_is():
    assert script().begin() == Reply(text=f"{INTRODUCTION} How can I help you?")
    assert (
        script(greeting="Welcome to Hart Tools.").begin().text == "I am an automated assistant. Welcome to Hart Tools."
    )


def test_a_greeting_that_says_so_itself_is_not_said_twice():
    greeting = "You are talking with our automated assistant. How can I help you?"
    assert script(greeting=greeting).begin().text == greeting


def test_it_answers_what_the_builder_wrote_and_offers_more():
    for asked in ("opening hours", "When are you open?", "please tell me, when are you open on Mondays"):
        assert say(script(), asked) == Reply(text=f"{HOURS.answer} {ANYTHING_ELSE}")
    assert say(script(), "how long is the warranty").text.startswith("Three years.")


def test_who_asks_for_a_person_gets_one():
    for asked in ("agent", "Operator!", "I want an agent, please", "the warranty or an operator"):
        assert say(script(), asked).ends == "person"


def test_a_builders_outcome_is_reached_by_its_phrases():
    assert say(script(QUOTE), "I would like a quote").ends == "wants-quote"


def test_the_builders_meaning_of_a_word_goes_before_our_own():
    closing = AgentOutcome(name="cancelled", phrases=("goodbye",))
    assert say(script(closing, SOLVED), "goodbye").ends == "cancelled"


def test_a_caller_who_has_all_is_sent_off_as_solved_where_that_is_an_outcome():
    for closing in ("no", "no thank you", "that is all", "goodbye"):
        assert say(script(SOLVED), "warranty", closing) == Reply(text=GOODBYE, ends="solved")
        assert say(script(), "warranty", closing) == Reply(text=WELCOME)


def test_yes_to_anything_else_is_no_question_yet():
    reply = say(script(), "warranty", "yes")
    assert not reply.ends
    assert say(script(), "warranty", "yes", "").ends == ""


def test_what_it_did_not_understand_it_says_and_names_what_can_be_asked():
    reply = say(script(), "")
    assert not reply.ends
    assert "did not understand" in reply.text
    assert "opening hours, warranty" in reply.text
    assert "agent" in reply.text


def test_twice_in_a_row_it_gives_up():
    assert say(script(), "", "something else entirely") == Reply(text=GIVING_UP, ends="could-not-help")
    assert say(script(), "", "warranty", "").ends == ""


def test_silence_counts_as_not_being_helped():
    talk = script()
    assert "still there" in talk.silence().text
    assert talk.silence().ends == "could-not-help"


def test_what_was_heard_with_doubt_is_not_acted_on():
    assert script().hear("agent", 0.2).ends == ""


def test_a_phrase_with_two_meanings_keeps_the_first():
    twice = (HOURS, KnownAnswer(question="opening hours", answer="Never."))
    assert say(script(knowledge=twice), "opening hours").text.startswith(HOURS.answer)


def test_it_tells_the_recogniser_everything_that_may_be_said():
    phrases = script(QUOTE).phrases
    assert {"opening hours", "when are you open", "agent", "a quote", "no", "goodbye", "yes"} <= set(phrases)
    assert len(phrases) == len(set(phrases))


def test_without_a_brief_it_still_talks_and_finds_a_person():
    talk = Script(AgentBrief())
    assert talk.begin().text
    assert "agent" in say(talk, "").text
    assert say(talk, "agent").ends == "person"


texts = st.text(max_size=30)


@given(
    st.lists(st.builds(KnownAnswer, question=texts, answer=texts), max_size=4),
    st.lists(st.builds(AgentOutcome, name=texts, phrases=st.tuples(texts, texts)), max_size=4),
    st.lists(texts | st.sampled_from(["agent", "no", "yes"]), max_size=8),
)
def test_any_brief_and_any_caller_get_the_same_replies_again(knowledge, outcomes, heard):
    brief = AgentBrief(knowledge=tuple(knowledge), outcomes=tuple(outcomes))

    def conversation():
        talk = Script(brief)
        return [talk.begin(), *(talk.hear(text, 1.0) for text in heard), talk.silence()]

    replies = conversation()
    assert replies == conversation()
    assert all(reply.text.strip() for reply in replies)
