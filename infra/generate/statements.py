"""What a function may do, by the names that `EndpointDeclaration.access` uses; and what follows from a declaration."""

from dataclasses import dataclass, field

from belvedere.endpoints.declaration import EndpointDeclaration

EVENTS, ROLLUPS, CACHE, STATE, DIRECTORY = (
    f"!GetAtt {name}Table.Arn" for name in ("Events", "Rollups", "Cache", "State", "Directory")
)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy; `variables` are the settings that a function needs for it."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: str | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def render(self) -> str:
        """The statement as one line of the template."""
        actions, resources = _listed(self.actions), _listed(self.resources)
        statement = f"{{ Sid: {self.sid}, Effect: Allow, Action: {actions}, Resource: {resources} }}"
        return f"!If [{self.condition}, {statement}, !Ref AWS::NoValue]" if self.condition else statement


def _listed(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _table(sid: str, actions: str, *resources: str) -> Statement:
    """Actions of DynamoDB on tables or indexes."""
    return Statement(sid, tuple(f"dynamodb:{action}" for action in actions.split()), resources)


def _secret(sid: str, name: str, **more: str) -> Statement:
    condition = more.pop("condition", None)
    return Statement(sid, ("secretsmanager:GetSecretValue",), (f"!Ref {name}",), condition, more)


def _invoke(sid: str, function: str, variable: str) -> Statement:
    invoked = (f"!GetAtt {function}.Arn",)
    return Statement(sid, ("lambda:InvokeFunction",), invoked, None, {variable: f"!Ref {function}"})


def _execute(sid: str, machine: str, variable: str) -> Statement:
    started = (f"!Ref {machine}",)
    return Statement(sid, ("states:StartExecution",), started, None, {variable: f"!Ref {machine}"})


def _index(table: str, index: str) -> str:
    return f'!Sub "${{{table}Table.Arn}}/index/{index}"'


STATEMENTS: dict[str, Statement] = {
    # what a caller, a limit and a kept answer need
    "know_caller": _table("KnowTheCaller", "GetItem", DIRECTORY),
    "check_tokens": _secret("CheckTokens", "TokenSecret"),
    "know_edge": _secret("KnowTheEdge", "EdgeSecret", condition="IsBehindEdge"),  # tells the viewer's address
    "count_callers": _table("CountCallers", "UpdateItem", CACHE),
    "count_usage": _table("CountUsage", "UpdateItem", STATE),  # and say that kept answers are void
    "keep_answers": _table("KeepAnswers", "DeleteItem GetItem PutItem UpdateItem", CACHE),
    "read_version": _table("ReadTheVersion", "Query", STATE),
    "request_refresh": _invoke("RequestRefresh", "CacheRefreshFunction", "REFRESH_FUNCTION"),
    # reading
    "rollups": _table("ReadRollups", "BatchGetItem Query", ROLLUPS, _index("Rollups", "ByBucket")),
    "rollup_rows": _table("ReadRollupRows", "Query", ROLLUPS),
    "entities": _table("ListEntities", "Query", _index("Rollups", "ByBucket")),
    "raw_events": _table("ReadRawEvents", "Query", EVENTS),
    "session": _table("ReadASession", "Query", EVENTS, _index("Events", "ByGroup")),
    "session_pages": _table(
        "ReadAPageOfSessions", "Query", EVENTS, *(_index("Events", name) for name in ("ByUser", "ByOrder1", "ByOrder2"))
    ),
    "watermark": _table("ReadTheWatermark", "GetItem", STATE),
    "state_rows": _table("ReadState", "Query", STATE),
    "cache_rows": _table("CountAnswers", "Query", CACHE),
    "classes": _table("KnowTheClasses", "Query", DIRECTORY),
    "dismissals": _table("SeeWhatWasDismissed", "BatchGetItem", STATE),
    "table_probes": _table("ProbeTables", "GetItem", EVENTS, ROLLUPS, CACHE, STATE, DIRECTORY),
    # writing
    "dismiss": _table("RememberWhatIsDismissed", "BatchWriteItem", STATE),
    "void_answers": _table("DeclareAnswersVoid", "BatchWriteItem", STATE, CACHE),
    "insert_events": _table("InsertEventsOnce", "BatchGetItem BatchWriteItem", EVENTS),
    "remember_closings": _table("RememberClosings", "BatchWriteItem GetItem UpdateItem", STATE),  # and quarantine
    "begin_session": _table("BeginASession", "BatchWriteItem", STATE),
    "continue_session": _table("ContinueASession", "BatchWriteItem UpdateItem", STATE),
    "forget_dismissals": _table("ForgetDismissals", "BatchWriteItem Query", STATE),
    "keep_classes": _table("KeepClasses", "BatchWriteItem DeleteItem PutItem Query UpdateItem", DIRECTORY),
    "keep_students": _table("KeepEnrolments", "BatchGetItem ConditionCheckItem DeleteItem PutItem Query", DIRECTORY),
    "keep_users": _table("KeepUsers", "ConditionCheckItem DeleteItem PutItem Query", DIRECTORY),
    "keep_keys": _table("KeepKeys", "DeleteItem PutItem Query UpdateItem", DIRECTORY),
    "keep_entries": _table("KeepEntries", "DeleteItem PutItem Query", DIRECTORY),
    "keep_entry": _table("KeepEntry", "PutItem", DIRECTORY),
    "note_export": _table("NoteTheExportJob", "DeleteItem PutItem", STATE),
    # other functions, state machines and secrets
    "start_export": _execute("StartTheExport", "ExportStateMachine", "EXPORT_STATE_MACHINE_ARN"),
    "correlate": _invoke("Correlate", "ProductivityAssociationFunction", "ASSOCIATION_FUNCTION"),
    "start_training": _invoke("StartTheTraining", "LearningTrainFunction", "TRAIN_FUNCTION"),
    "check_signatures": _secret("CheckSignatures", "WebhookSecret", WEBHOOK_SECRET_ARN="!Ref WebhookSecret"),
}


def access_of(declaration: EndpointDeclaration) -> tuple[str, ...]:
    """The names of all that an endpoint may do: what its declaration names, and what follows from the rest of it."""
    names = list(declaration.access)
    if declaration.scope:
        names += ["know_caller", "check_tokens", "count_usage"]
    if declaration.public or (declaration.limit and not declaration.scope):
        names += ["know_edge"]  # callers without a key are told apart by their address
    if declaration.cached:
        names += ["read_version", "keep_answers", "request_refresh"]
    elif declaration.scope or declaration.limit:
        names += ["count_callers"]
    if "state_rows" in names and "read_version" in names:
        names.remove("read_version")
    return tuple(name for name in STATEMENTS if name in names)
