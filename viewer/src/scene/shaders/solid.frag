precision highp float;
in vec2 vUv;
in vec4 vColour;
flat in vec3 vPattern;   // what, width, height in world units
out vec4 colour;

void main() {
  float alpha = vColour.a;
  vec3 rgb = vColour.rgb;
  int what = int(vPattern.x + 0.5);
  if (what == 1 || what == 5) {          // a port: three by three dots, on dark or on light
    vec2 cell = fract(vUv * 3.0 * 0.92 + 0.12) - 0.5;
    vec2 px = fwidth(vUv) * 2.76;
    float d = length(cell) - 0.30;
    float dot9 = clamp(0.5 - d / max(max(px.x, px.y), 1e-4), 0.0, 1.0);
    vec3 around = what == 1 ? rgb * 0.2 : mix(rgb, vec3(1.0), 0.86);
    rgb = mix(around, rgb, dot9);
  } else if (what == 2) {                // a frame of one and a half pixels, whatever the distance
    vec2 px = fwidth(vUv);
    vec2 edge = min(vUv, 1.0 - vUv) / max(px, vec2(1e-6));
    alpha *= clamp(1.3 - abs(min(edge.x, edge.y) - 1.6), 0.0, 1.0);
    if (alpha < 0.02) discard;
  } else if (what == 3) {                // the way of the data
    float d = abs(vUv.y - 0.5) + vUv.x * 0.5 - 0.5;
    alpha *= clamp(0.5 - d / max(fwidth(d), 1e-4), 0.0, 1.0);
    if (alpha < 0.02) discard;
  } else if (what == 4) {                // a plate with round corners
    vec2 half2 = vPattern.yz * 0.5;
    vec2 d = abs(vUv - 0.5) * vPattern.yz - half2 + 0.07;
    float far = length(max(d, 0.0)) - 0.07;
    alpha *= clamp(0.5 - far / max(fwidth(far), 1e-5), 0.0, 1.0);
    if (alpha < 0.02) discard;
  }
  colour = vec4(rgb, alpha);
}
