// CloudFront function (viewer request) of all other paths: the viewer's address in a header, which nobody else can set
// to say so. The functions believe it of whoever has the edge's secret.
function handler(event) {
  event.request.headers["x-belvedere-viewer"] = {value: event.viewer.ip};
  return event.request;
}
