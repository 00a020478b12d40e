import * as http from "./http";
export { http };
