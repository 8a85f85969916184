"""What waits to be sent to a browser while the machine has no time to send it."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from components.shell.sending import WholeQueue

PART = "the part that is drawn alone"


def drawn(*path: int, words: str, by: str = PART) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = by
    message.delta.new_element.markdown.body = words
    return message


def began() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "a run"
    return message


def ended() -> ForwardMsg:
    message = ForwardMsg()
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return message


def test_a_part_that_is_drawn_alone_throws_nothing_of_the_page_before_away():
    page = [began(), drawn(0, 0, words="before"), drawn(0, 1, words="beside", by="another part"), ended()]
    alone = [began(), drawn(0, 0, words="now")]
    queue = WholeQueue()
    for message in page:
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[PART])
    for message in alone:
        queue.enqueue(message)
    assert queue.flush() == page + alone


def test_a_page_that_is_drawn_anew_replaces_what_was_not_sent_of_it():
    queue = WholeQueue()
    for message in (began(), drawn(0, 0, words="before"), ended()):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True)
    assert [message.WhichOneof("type") for message in queue.flush()] == ["new_session", "script_finished"]


def test_what_is_drawn_after_the_text_waits_until_it_is_called_by_its_name():
    queue = WholeQueue()
    first, rest = [began(), drawn(0, 0, words="text")], [drawn(0, 1, words="table"), ended()]
    for message in first:
        queue.enqueue(message)
    queue.wait("a name")
    for message in rest:
        queue.enqueue(message)
    assert queue.flush() == first
    assert queue.flush() == []
    assert not queue.go_on("another name")
    assert queue.flush() == []
    assert queue.go_on("a name")
    assert queue.flush() == rest
    assert not queue.go_on("a name")
    queue.enqueue(ended())
    assert queue.flush() == [ended()]


def test_a_page_that_is_drawn_anew_waits_for_nothing_of_the_run_before():
    queue = WholeQueue()
    queue.enqueue(drawn(0, 0, words="text"))
    queue.wait("a name")
    queue.enqueue(drawn(0, 1, words="table"))
    queue.clear(retain_lifecycle_msgs=True)
    anew = [began(), drawn(0, 0, words="text"), ended()]
    for message in anew:
        queue.enqueue(message)
    assert queue.flush() == anew
