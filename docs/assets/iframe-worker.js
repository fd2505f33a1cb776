/* Search from disk: browsers start no Worker on file://, so a frame plays its part.
   The npm package iframe-worker does the same with an inline script, which our content policy forbids. */
(function () {
  "use strict";
  if (location.protocol !== "file:") return;

  class FrameWorker extends EventTarget {
    constructor(url) {
      super();
      var self = this;
      url = new URL(url, location.href);
      var frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "search";
      document.body.appendChild(frame);
      var inside = frame.contentWindow;
      // The frame is an empty page of our own origin: what a worker would find in its scope is put there.
      inside.postMessage = function (data) {
        var event = new MessageEvent("message", { data: data });
        self.dispatchEvent(event);
        if (self.onmessage) self.onmessage(event);
      };
      inside.importScripts = function () {
        return Array.prototype.reduce.call(arguments, function (before, source) {
          return before.then(function () { return load(source); });
        }, Promise.resolve());
      };
      function load(source) {
        return new Promise(function (resolve, reject) {
          var script = inside.document.createElement("script");
          script.src = new URL(source, url).href;
          script.onload = resolve;
          script.onerror = reject;
          inside.document.body.appendChild(script);
        });
      }
      this.frame = frame;
      this.ready = load(url);
    }
    postMessage(data) {
      var inside = this.frame.contentWindow;
      this.ready.then(function () {
        inside.dispatchEvent(new inside.MessageEvent("message", { data: structuredClone(data) }));
      });
    }
    terminate() { this.frame.remove(); }
  }
  window.Worker = FrameWorker;
})();
