from bitmass_viz.live.tasks import Tasks, Wait, Work, sleep


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def tasks_of(*steps):
    clock, errors = Clock(), []
    tasks = Tasks(clock, errors.append)
    for each in steps:
        tasks.start(each)
    return tasks, clock, errors


def test_a_task_waits_for_time_conditions_and_calls():
    seen = []
    open_now = []

    def steps():
        yield sleep(2.0)
        seen.append("slept")
        yield Wait(lambda: bool(open_now), 5.0)
        seen.append("waited")
        seen.append((yield Work(lambda: 7)))

    tasks, clock, _ = tasks_of(steps())
    assert tasks.run() == ([], 2.0)
    clock.now = 1.9
    tasks.run()
    assert seen == []
    clock.now = 2.0
    assert tasks.run() == ([], 7.0)
    open_now.append(True)
    ((ticket, call, apart),), _ = tasks.run()
    assert seen == ["slept", "waited"]
    assert not apart
    tasks.finish(ticket, call())
    assert seen[-1] == 7
    assert len(tasks) == 0


def test_a_condition_that_another_task_brings_about_holds_in_the_same_round():
    seen = []

    def first():
        yield Wait(lambda: "second" in seen)
        seen.append("first")

    def second():
        seen.append("second")
        yield from ()

    tasks, _, _ = tasks_of(first(), second())
    tasks.run()
    assert seen == ["second", "first"]


def test_waiting_for_no_time_lets_the_host_act():
    seen = []

    def steps():
        for number in range(3):
            seen.append(number)
            yield sleep(0)

    tasks, clock, _ = tasks_of(steps())
    assert tasks.run() == ([], clock.now)
    assert seen == [0]
    tasks.run()
    assert seen == [0, 1]


def test_an_error_of_a_call_is_raised_where_it_was_asked_for_and_one_of_a_task_is_reported():
    def kept():
        try:
            yield Work(lambda: None)
        except ValueError as error:
            raise LookupError(str(error)) from None

    tasks, _, errors = tasks_of(kept())
    ((ticket, _, _),), _ = tasks.run()
    tasks.finish(ticket, error=ValueError("no"))
    assert [(type(error), str(error)) for error in errors] == [(LookupError, "no")]
    assert len(tasks) == 0


def test_closing_ends_tasks_where_they_stand():
    seen = []

    def steps():
        try:
            yield sleep(1.0)
        finally:
            seen.append("ended")

    tasks, _, _ = tasks_of(steps(), steps())
    tasks.run()
    tasks.close()
    assert seen == ["ended", "ended"]
    assert len(tasks) == 0
