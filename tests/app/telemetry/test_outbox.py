from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.outbox import Message, Outbox


def state(topic: str, value: int) -> Message:
    return Message(topic, str(value).encode())


def drain(outbox: Outbox) -> list[Message]:
    return list(iter(outbox.take, None))


def test_only_the_latest_value_of_a_topic_waits() -> None:
    outbox = Outbox()
    outbox.put(state("a", 1))
    outbox.put(state("b", 1))
    outbox.put(state("a", 2))
    assert drain(outbox) == [state("a", 2), state("b", 1)]
    assert outbox.dropped == 1


def test_a_retained_value_is_sent_when_it_changes() -> None:
    outbox = Outbox()
    online, offline = (Message("status", text, retain=True) for text in (b"online", b"offline"))
    for message in (online, online):
        outbox.put(message)
    assert drain(outbox) == [online]
    outbox.put(online)
    assert drain(outbox) == []
    outbox.put(offline)
    assert drain(outbox) == [offline]
    assert outbox.dropped == 0


def test_events_keep_their_order_and_the_oldest_go_first() -> None:
    outbox = Outbox(events=3)
    for number in range(5):
        outbox.append(state("events", number))
    assert drain(outbox) == [state("events", number) for number in (2, 3, 4)]
    assert outbox.dropped == 2


def test_a_refresh_sends_every_value_again_but_nothing_that_was_sent_once() -> None:
    outbox = Outbox()
    outbox.put(state("status", 1))
    outbox.put(state("config", 1))
    outbox.put_once(state("image", 1))
    drain(outbox)
    outbox.put(state("status", 2))
    outbox.refresh(first="config")
    assert drain(outbox) == [state("config", 1), state("status", 2)]
    assert outbox.dropped == 0


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["put", "once", "event", "take"]), st.sampled_from("abc"))
)


@given(ACTIONS)
def test_every_message_is_sent_dropped_or_waiting(actions: list[tuple[str, str]]) -> None:
    outbox = Outbox(events=2)
    given_in = taken = 0
    for number, (action, topic) in enumerate(actions):
        message = state(topic, number)
        if action == "take":
            taken += outbox.take() is not None
            continue
        {"put": outbox.put, "once": outbox.put_once, "event": outbox.append}[action](message)
        given_in += 1
        assert len(outbox) <= 3 + 2  # topics and events
    assert given_in == taken + outbox.dropped + len(outbox)
