precision highp float;
uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
uniform vec2 viewport;
in vec3 position;
in vec3 other;
in vec3 place;     // signed width in pixels, place along in dashes (-1: full line), how far nearer
in vec4 colour;
out vec4 vColour;
out float vAlong;

void main() {
  vec4 here = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  vec4 there = projectionMatrix * modelViewMatrix * vec4(other, 1.0);
  vec2 a = here.xy / here.w * viewport;
  vec2 b = there.xy / there.w * viewport;
  vec2 way = b - a;
  way = length(way) > 1e-5 ? normalize(way) : vec2(1.0, 0.0);
  vec2 side = vec2(-way.y, way.x) * place.x / viewport;
  here.xy += side * here.w;
  vColour = colour;
  vAlong = place.y;
  here.z -= place.z * here.w;
  gl_Position = here;
}
