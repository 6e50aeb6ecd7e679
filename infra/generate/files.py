"""Every file of which something is generated, with what it should hold."""

from pathlib import Path

from infra.generate import api_document, template
from infra.generate.samples import samples
from infra.generate.tables import query_table, route_table
from infra.local.settings import ROOT


def generated() -> dict[Path, str]:
    """Contents by path."""
    template_yaml, api = ROOT / "template.yaml", ROOT / "docs/api.md"
    return {
        template_yaml: template.template(template_yaml.read_text()),
        api: api_document.api_document(api.read_text()),
        ROOT / "layers/shared/belvedere/http/route_table.py": route_table(),
        ROOT / "functions/cache/query_table.py": query_table(),
        **samples(),
    }
