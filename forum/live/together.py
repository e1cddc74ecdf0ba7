"""One reading for everybody who asks at the same time: a thousand readers who come back at once
cost hardly more queries than a few do."""

import asyncio

from channels.db import database_sync_to_async


class Together:
    """`read` is given a set of questions and returns `{question: answer}`. While it runs, whoever
    asks waits for the next turn, and all of them share it."""

    def __init__(self, read):
        self._read = database_sync_to_async(read)
        self._waiting = []
        self._turns = None

    async def ask(self, question):
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._turns is None or self._turns.done():
            self._turns = asyncio.create_task(self._take_turns())
        return await answer

    async def _take_turns(self):
        while self._waiting:
            turn, self._waiting = self._waiting, []
            try:
                found = await self._read({question for question, _answer in turn})
            except Exception as problem:  # noqa: BLE001 - whoever asked is told
                for _question, answer in turn:
                    if not answer.done():  # whoever asked went away meanwhile
                        answer.set_exception(problem)
            else:
                for question, answer in turn:
                    if not answer.done():
                        answer.set_result(found[question])
