"""Pictures and files that a program saves, all the way into the thread and to the API's caller."""

import base64
import struct

CODE = """
import os, pathlib
import ray
ray.init()
out = pathlib.Path(os.environ["RAYGEN_OUT"])
(out / "rows.csv").write_text("name,value\\nä,1\\n")
(out / "notes.txt").write_text("not of a kind that comes back")
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.show()
print("done")
"""


def posted(thread):
    return [file for message in thread.messages for file in message.files if file.snippet_type is None]


async def test_a_histogram_arrives_in_the_thread_as_a_picture_once(desk):
    thread = await desk.ask("Plot a histogram of normally distributed numbers")
    card = await thread.card()
    before = posted(thread)
    await thread.click(card, "run_code")
    result = await thread.card("ended_run")
    (picture,) = await desk.slack.wait_until(lambda: posted(thread), 30)

    width, height = struct.unpack(">II", picture.content[16:24])

    assert "It saved a file" in str(card.blocks)
    assert before == []
    assert picture.name == "histogram.png"
    assert picture.content.startswith(b"\x89PNG")
    assert (width, height) == (960, 600)
    assert "Saved: histogram.png" in str(result.blocks)


async def test_the_api_returns_what_was_saved_in_its_result(desk):
    status, answer = await desk.post("/execute", code=CODE, session_id="files")

    files = {file["name"]: file for file in answer["result"]["files"]}

    assert (status, answer["result"]["output"]) == (200, "done\n")
    assert sorted(files) == ["figure-1.png", "notes.txt", "rows.csv"]
    assert base64.b64decode(files["rows.csv"]["data"]).decode() == "name,value\nä,1\n"
    assert base64.b64decode(files["figure-1.png"]["data"]).startswith(b"\x89PNG")
    assert (files["notes.txt"]["data"], files["notes.txt"]["size"]) == (None, 29)
