"""From a plan to an answer.

`read` has a plan's rows fetched by strategies (`strategy`: `rows`, `day_pages`, `top_k`), `partial_days` and
`partial_hours` take apart what a range or a bucket cuts, `merge` adds up, `answer` finishes the metrics, and `respond`
and `flat` give the response its form.
"""
