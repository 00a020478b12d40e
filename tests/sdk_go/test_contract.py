"""Names and types by which hosts know the SDK. Other hosts than ours rely on them as well."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.wasm_binary import custom_section

PACKAGES = "github.com/hypermodeinc/modus/sdk/go/pkg/"
IMPORTS = """
atoll_collections.call(name *string, payload *string) *string
atoll_http.stream(request *http.Request) *http.StreamResponse
atoll_models.stream(modelName *string, input *string) int32
modus_agents.getAgentInfo(agentId *string) *agents.AgentInfo
modus_agents.listAgents() *[]agents.AgentInfo
modus_agents.publishEvent(agentId *string, eventName *string, eventData *string)
modus_agents.sendMessage(agentId *string, msgName *string, data *string, timeout int64) \
*agents.MessageResponse
modus_agents.startAgent(agentName *string) *agents.AgentInfo
modus_agents.stopAgent(agentId *string) *agents.AgentInfo
modus_collections.classifyText(collection *string, namespace *string, searchMethod *string, \
text *string) *collections.CollectionClassificationResult
modus_collections.computeDistance(collection *string, namespace *string, searchMethod *string, \
key1 *string, key2 *string) *collections.CollectionSearchResultObject
modus_collections.delete(collection *string, namespace *string, key *string) \
*collections.CollectionMutationResult
modus_collections.dumpTexts(collection *string, namespace *string) *map[string]string
modus_collections.getLabels(collection *string, namespace *string, key *string) *[]string
modus_collections.getNamespaces(collection *string) *[]string
modus_collections.getText(collection *string, namespace *string, key *string) *string
modus_collections.getVector(collection *string, namespace *string, searchMethod *string, \
key *string) *[]float32
modus_collections.recomputeIndex(collection *string, namespace *string, searchMethod *string) \
*collections.SearchMethodMutationResult
modus_collections.search(collection *string, namespaces *[]string, searchMethod *string, \
text *string, limit int32, returnText bool) *collections.CollectionSearchResult
modus_collections.searchByVector(collection *string, namespaces *[]string, searchMethod *string, \
vector *[]float32, limit int32, returnText bool) *collections.CollectionSearchResult
modus_collections.upsert(collection *string, namespace *string, keys *[]string, texts *[]string, \
labels *[][]string) *collections.CollectionMutationResult
modus_dgraph_client.alterSchema(connection *string, schema *string) *string
modus_dgraph_client.dropAllData(connection *string) *string
modus_dgraph_client.dropAttribute(connection *string, attr *string) *string
modus_dgraph_client.executeQuery(connection *string, request *dgraph.Request) *dgraph.Response
modus_graphql_client.executeQuery(connection *string, statement *string, variables *string) *string
modus_http_client.fetch(request *http.Request) *http.Response
modus_models.getModelInfo(modelName *string) *models.ModelInfo
modus_models.invokeModel(modelName *string, input *string) *string
modus_neo4j_client.executeQuery(connection *string, dbName *string, query *string, \
parametersJson *string) *neo4j.EagerResult
modus_secrets.getSecretValue(name *string) *string
modus_sql_client.executeQuery(connection *string, dbType *string, statement *string, \
paramsJson *string) *db.HostQueryResponse
modus_system.getTimeInZone(tz *string) *string
modus_system.getTimeZoneData(tz *string, format *string) *[]byte
modus_system.logMessage(level *string, message *string)
"""
STRUCTS = """
agents.AgentInfo: id string, name string, status string
agents.MessageResponse: data *string (hidden), error *string (hidden)
collections.CollectionClassificationLabelObject: label string, confidence float64
collections.CollectionClassificationResult: collection string, status string, error string, \
searchMethod string, labelsResult []*collections.CollectionClassificationLabelObject, \
cluster []*collections.CollectionClassificationResultObject
collections.CollectionClassificationResultObject: key string, labels []string, distance float64, \
score float64
collections.CollectionMutationResult: collection string, status string, error string, \
operation string, keys []string
collections.CollectionSearchResult: collection string, status string, error string, \
searchMethod string, objects []*collections.CollectionSearchResultObject
collections.CollectionSearchResultObject: namespace string, key string, text string, \
labels []string, distance float64, score float64
collections.SearchMethodMutationResult: collection string, status string, error string, \
operation string, searchMethod string
db.HostQueryResponse: error *string, resultJson *string, rowsAffected uint32, lastInsertId uint64
dgraph.Mutation: setJson string, delJson string, setNquads string, delNquads string, \
condition string
dgraph.Query: query string, variables map[string]string
dgraph.Request: query *dgraph.Query, mutations []*dgraph.Mutation
dgraph.Response: json string, uids map[string]string
http.Header: name string, values []string
http.Headers: data map[string]*http.Header (hidden)
http.Request: url string, method string, headers *http.Headers, body []byte
http.Response: status uint16, statusText string, headers *http.Headers, body []byte
models.ModelInfo: name string, fullName string
neo4j.EagerResult: keys []string, records []*neo4j.Record
neo4j.Record: keys []string, values []string
"""


@pytest.fixture(scope="module")
def metadata(wasm: bytes) -> Any:
    text = custom_section(wasm, "modus_metadata")
    assert text is not None
    return json.loads(text.decode().replace(PACKAGES, ""))


def test_imports_have_the_names_and_types_that_hosts_know(metadata):
    found = []
    for name, function in metadata["fnImports"].items():
        parameters = ", ".join(f"{p['name']} {p['type']}" for p in function.get("parameters", ()))
        results = "".join(f" {result['type']}" for result in function.get("results", ()))
        found.append(f"{name}({parameters}){results}")
    assert sorted(found) == IMPORTS.split("\n")[1:-1]


def test_structs_have_the_fields_that_hosts_know(metadata):
    for line in STRUCTS.split("\n")[1:-1]:
        name = line.partition(":")[0]
        fields = (
            f"{field['name']} {field['type']}" + (" (hidden)" if field.get("hidden") else "")
            for field in metadata["types"][name]["fields"]
        )
        assert f"{name}: {', '.join(fields)}" == line
