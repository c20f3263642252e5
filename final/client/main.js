import { enableBusyForms } from "./lib/busy.js";
import { enableLanding } from "./session/landing.js";
import { enableLogOut } from "./session/log-out.js";

// Before the busy forms: a log-out may be stopped by its warning.
enableLogOut();
enableBusyForms();
enableLanding();
