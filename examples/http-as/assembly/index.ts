/* Asks a web service. modus.json names its host: no other can be reached. */

import { http } from "@hypermode/modus-sdk-as";
import { JSON } from "json-as";

@json
class CurrentWeather {
  @alias("temperature_2m")
  temperature!: f64;

  @alias("wind_speed_10m")
  wind!: f64;
}

@json
class Forecast {
  current!: CurrentWeather;
}

/**
 * What the weather is like somewhere.
 */
class Weather {
  /**
   * In degrees Celsius.
   */
  temperature: f64;
  /**
   * In kilometres an hour.
   */
  wind: f64;

  constructor(temperature: f64, wind: f64) {
    this.temperature = temperature;
    this.wind = wind;
  }
}

/**
 * The weather at a place, by its coordinates.
 */
export function getWeather(latitude: f64, longitude: f64): Weather {
  const url =
    `https://api.open-meteo.com/v1/forecast?latitude=${latitude}&longitude=${longitude}` +
    "&current=temperature_2m,wind_speed_10m";
  const response = http.fetch(url);
  if (!response.ok) {
    throw new Error(`The weather service answered ${response.status} ${response.statusText}.`);
  }
  const current = response.json<Forecast>().current;
  return new Weather(current.temperature, current.wind);
}
