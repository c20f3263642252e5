import $ from "/static/vendor/jquery.module.min.js";

/** A fresh copy of the element inside a `<template>`. */
export function copyOf(selector) {
  return $($(selector).prop("content").firstElementChild).clone();
}
