import { enableBusyForms } from "./busy.js";
import { enableLanding } from "./landing.js";
import { enableLogOut } from "./log-out.js";

// Before the busy forms: a log-out may be stopped by its warning.
enableLogOut();
enableBusyForms();
enableLanding();
