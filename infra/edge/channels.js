// CloudFront function (viewer request) of the WebSocket paths: a path becomes a channel, because API Gateway knows no paths.
// It says as well who the viewer is; `viewer.js` does that alone for all other paths.
// CHANNELS is channels.json; tests/unit/infra compares them.
var CHANNELS = [
  {"path": "/dashboard/ws/(?<user>[^/]+)", "channel": "learning"},
  {"path": "/ws/metrics", "channel": "productivity.metrics"},
  {"path": "/ws/sessions", "channel": "productivity.sessions"},
  {"path": "/api/ws/sessions", "channel": "productivity.client"},
  {"path": "/ws/dashboard", "channel": "media"},
  {"path": "/api/v1/dashboard/realtime/metrics", "channel": "workspaces"}
];

function handler(event) {
  var request = event.request;
  delete request.querystring.channel;
  delete request.querystring.user;
  request.headers["x-belvedere-viewer"] = {value: event.viewer.ip};
  for (var i = 0; i < CHANNELS.length; i++) {
    var found = new RegExp("^" + CHANNELS[i].path + "$").exec(request.uri);
    if (found) {
      request.querystring.channel = {value: CHANNELS[i].channel};
      if (found.groups && found.groups.user) {
        request.querystring.user = {value: found.groups.user};
      }
      break;
    }
  }
  request.uri = "/";
  return request;
}
