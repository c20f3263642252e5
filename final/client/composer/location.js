import $ from "../../static/vendor/jquery.slim.module.min.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { send } from "../messages/delivery.js";

const SEARCH_TIMEOUT_MS = 10000;
// By GeolocationPositionError.code.
const FAILURES = {
  1: "This page is not allowed to know your location. You can change that in your browser, beside the address.",
  2: "Your location could not be found. Try again later.",
  3: "Finding your location took too long. Try again.",
};

/** The location button: asks the browser for the location, shows it, and sends it. */
export function enableLocation() {
  let position;
  // The number of the latest search. The result of an earlier or cancelled one is ignored.
  let search = 0;
  const close = () => {
    search++;
    $("#location").prop("hidden", true);
  };

  $("#location-share").on("click", () => {
    // Without it, a browser refuses as if the reader had forbidden it.
    if (!isSecureContext) return showStatus("Sharing a location works only over https. Ask the person who runs this chat.");
    if (!navigator.geolocation) return showStatus("Your browser cannot find locations.");
    showStatus("Finding your location…");
    const number = ++search;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => number === search && showPreview((position = coords)),
      ({ code }) => number === search && showStatus(FAILURES[code]),
      { enableHighAccuracy: true, timeout: SEARCH_TIMEOUT_MS },
    );
  });
  $("#location-cancel").on("click", () => {
    close();
    $("#location-share").trigger("focus");
  });
  $("#location-send").on("click", () => {
    const { latitude, longitude } = position;
    close();
    send(store.composing, "location:send", { latitude, longitude });
    $("#composer-body").trigger("focus");
  });
  store.on("channel:opening", close);
}

/** A link to the map, for the list of messages. */
export function placeLink(place) {
  const link = copyOf("#place-template");
  return link.attr("href", mapOf(place)).text(`📍 ${inWords(place)}`);
}

function showPreview(position) {
  showStatus(`You seem to be at ${inWords(position)}, give or take ${Math.round(position.accuracy)} m.`);
  $("#location-map").attr("href", mapOf(position));
  $("#location-map, #location-send").prop("hidden", false);
}

function mapOf({ latitude, longitude, mapUrl }) {
  return mapUrl ?? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}

function showStatus(text) {
  $("#location").prop("hidden", false);
  $("#location-map, #location-send").prop("hidden", true);
  $("#location-status").text(text);
}

function inWords({ latitude, longitude }) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
