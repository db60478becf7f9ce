"""The service that answers with a project's model over HTTP.

Decisions
---------
* One model, one worker thread: libraries use every core for many rows already, and two tables at a time would only
  slow each other down. What waits longer than the time limit is told so, and more than a few dozen waiting are refused.
* What a request holds is read by :mod:`engine.serve.inputs` alone, whichever protocol it came in, so that one mistake
  gives one sentence. An unseen category or an empty cell is no mistake: the reply says what was unusual.
* A record of the service names routes, counts and times, never what was asked. Requests are kept only where a file is
  named for them.
* Values in, values out: :mod:`engine.actions.serving` fetches the model; nothing here reads the store.
"""
