"""Endpoints of export jobs."""

from belvedere.auth.roles import EVERYBODY
from belvedere.endpoints.declaration import EndpointDeclaration

JOBS = EndpointDeclaration(
    module="export.jobs",
    purpose="The export jobs of a workspace: begins, lists and shows them, cancels one, begins one anew.",
    routes=(
        "POST /api/v1/dashboard/export",
        "GET /api/v1/dashboard/export",
        "GET /api/v1/dashboard/export/{job_id}",
        "DELETE /api/v1/dashboard/export/{job_id}",
        "POST /api/v1/dashboard/export/{job_id}/retry",
    ),
    answers={
        "POST /api/v1/dashboard/export": "a job that writes a file of any size",
        "GET /api/v1/dashboard/export": "the export jobs",
        "GET /api/v1/dashboard/export/{job_id}": "how far a job is, and a link to its file",
        "DELETE /api/v1/dashboard/export/{job_id}": "a job cancelled",
        "POST /api/v1/dashboard/export/{job_id}/retry": "a job begun anew",
    },
    scope="read",
    roles=EVERYBODY,
    invalid_status=400,
)

DOWNLOAD = EndpointDeclaration(
    module="export.download",
    purpose="Sends whoever has a job's link on to its file.",
    routes=("GET /api/v1/dashboard/export/{job_id}/download",),
    needs="the token of a link",
    invalid_status=400,
)

TEMPLATES = EndpointDeclaration(
    module="export.templates",
    purpose="The saved exports of a workspace.",
    routes=(
        "GET /v1/directory/export-templates",
        "GET /v1/directory/export-templates/{template_id}",
        "PUT /v1/directory/export-templates/{template_id}",
        "DELETE /v1/directory/export-templates/{template_id}",
    ),
    answers={
        "GET /v1/directory/export-templates": "the saved exports",
        "GET /v1/directory/export-templates/{template_id}": "a saved export",
        "PUT /v1/directory/export-templates/{template_id}": "the saved export as it is now",
        "DELETE /v1/directory/export-templates/{template_id}": "nothing: it is gone",
    },
    scope="read",
    write_scope="admin",
    access=("keep_entries",),
)
