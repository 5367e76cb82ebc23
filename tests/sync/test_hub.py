"""The hub tells everyone, also when one of them fails."""

import pytest

from clockdesk.sync.hub import Hub


@pytest.mark.logs("a listener failed")
def test_a_failing_listener_does_not_silence_the_others():
    hub: Hub[int] = Hub()
    heard: list[object] = []

    def fail(_news):
        raise ValueError("broken screen")

    hub.subscribe(fail)
    leave = hub.subscribe(heard.append)
    hub.listen_first(lambda news: heard.append(("first", news)))
    hub.publish(1)
    leave()
    leave()
    hub.publish(2)
    assert heard == [("first", 1), 1, ("first", 2)]
